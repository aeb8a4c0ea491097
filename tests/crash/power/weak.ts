import { JOURNAL } from "./host/places.ts";
import type { Lab } from "./lab.ts";
import { record, type Weakness } from "./record.ts";
import type { Scene } from "./scene.ts";
import type { Call } from "./tap.ts";
import { type Baseline, baselineOf, verify } from "./verify.ts";

/**
 * The test is tested: recipes that are weaker than ours, by a call that is left
 * out below the program under test, must each lose what was said to be safe.
 */
const WEAKNESSES: readonly Weakness[] = [
  {
    name: "files not synced",
    leavesOut: ({ directory, name }) => name === "fsync" && !directory,
  },
  {
    name: "directories not synced",
    leavesOut: ({ directory, name }) => name === "fsync" && directory,
  },
  {
    name: "file systems not synced",
    leavesOut: ({ name }) => name === "syncfs",
  },
  { name: "journal written in place", inPlace: true },
];

/** When one entry is safe by the program's word, and when the next comes. */
const isTelling = ({ name, path }: Call) =>
  path.startsWith(JOURNAL) && (name === "open" || name === "write");

/** Tries each until it is caught: on one file system, or everywhere. */
export async function weaken(
  lab: Lab,
  scenes: readonly Scene[],
  everywhere: boolean,
): Promise<{ line: string; survived: readonly string[]; tried: number }> {
  const caughtOn = new Map<string, string[]>(
    WEAKNESSES.map(({ name }) => [name, []]),
  );
  let cuts = 0;
  for (const scene of scenes) {
    let baseline: Baseline | undefined;
    for (const weakness of WEAKNESSES) {
      const caught = caughtOn.get(weakness.name) ?? [];
      if (!everywhere && caught.length > 0) continue;
      baseline ??= await baselineOf(lab, scene);
      const tried = await tryUntilCaught(lab, baseline, weakness);
      cuts += tried.cuts;
      if (tried.caught) caught.push(scene.type);
    }
  }
  const survived = [...caughtOn].filter(([, on]) => on.length === 0)
    .map(([name]) => name);
  const words = [...caughtOn]
    .map(([name, on]) => `${name} (${on.join(", ") || "NOT CAUGHT"})`);
  return {
    line: `weaker recipes, each caught on: ${words.join("; ")}; ${cuts} cuts`,
    survived,
    tried: WEAKNESSES.length,
  };
}

async function tryUntilCaught(
  lab: Lab,
  baseline: Baseline,
  weakness: Weakness,
) {
  const { first: from, scene } = baseline;
  const { after, recorder } = await record(
    lab,
    { from, scene, verb: "upgrade" },
    { wanted: (_, call) => isTelling(call), weakness },
  );
  let caught = false;
  let cuts = 0;
  // From the end: there most has been said to be safe.
  for (const cut of recorder.cuts.toReversed()) {
    if (!caught) {
      const options = { baseline, way: "resume" } as const;
      const { violations } = await verify(lab, cut, options);
      caught = violations.length > 0;
      cuts += 1;
    }
    Deno.removeSync(cut.image);
  }
  Deno.removeSync(after.image);
  return { caught, cuts };
}
