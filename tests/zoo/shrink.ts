import { clusterOf } from "./generate/cluster.ts";
import { type Options, runOne } from "./one.ts";

/** Leaves out halves, then quarters, down to single groups, as long as the outcome stays bad. */
export async function shrink(
  seed: number,
  options: Pick<Options, "methods" | "to">,
  print: (line: string) => void,
) {
  const cluster = clusterOf(seed);
  const bad = async (kept: readonly number[]) => {
    const without = cluster.groups.map((_, at) => at)
      .filter((at) => !kept.includes(at));
    try {
      const outcomes = await runOne(seed, { ...options, without });
      return outcomes.find(({ verdict }) =>
        verdict === "lost" || verdict === "stopped"
      );
    } catch (error) {
      if (error instanceof Error) return undefined;
      throw error;
    }
  };
  let kept = cluster.groups.map((_, at) => at);
  let last = await bad(kept);
  if (last === undefined) return print(`${seed} is not bad`);
  // Roles and databases stay: nothing else can be made without them.
  const needed = (at: number) =>
    /^(roles|databases|base)$/.test(cluster.groups[at]?.name ?? "");
  for (let size = Math.ceil(kept.length / 2); size >= 1;) {
    let smaller = false;
    for (let from = 0; from < kept.length; from += size) {
      const part = kept.slice(from, from + size);
      const left = kept.filter((at) => !part.includes(at) || needed(at));
      if (left.length === kept.length) continue;
      const found = await bad(left);
      if (found === undefined) continue;
      print(
        `${left.length} groups left: ${found.verdict} ${
          found.said[0]?.slice(0, 200)
        }`,
      );
      [kept, last, smaller] = [left, found, true];
      break;
    }
    if (!smaller) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  for (const at of kept) {
    const group = cluster.groups[at];
    print(
      `-- ${at} ${group?.name} in ${
        JSON.stringify(group?.database)
      }\n${group?.sql}`,
    );
  }
  print(`${last.verdict}: ${last.said.join("\n")}`);
}
