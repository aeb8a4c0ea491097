import type { OtherServer } from "../../run/other_servers.ts";
import { quoted } from "../../base/shell.ts";
import type { Finding, Sight } from "./diagnosis.ts";

/**
 * Another server has the data open. Whatever is started on them ruins them, so
 * nothing else is told then.
 */
export function heldFinding(
  { clusters, name }: Pick<Sight, "clusters" | "name">,
): Finding | undefined {
  for (const { others = [], path } of clusters) {
    const found = heldBy(name, path, others);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By those in one directory; undefined: nobody else is there. */
export function heldBy(
  name: string,
  path: string,
  others: readonly OtherServer[],
): Finding | undefined {
  const [first] = others;
  if (first === undefined) return undefined;
  const { container, words } = first;
  const other = container === "" ? "that server" : `"${container}"`;
  return {
    code: "in-use-elsewhere",
    grave: true,
    found: `its data in "${path}" are in use by ${words}`,
    remedy: [
      `Two servers on one directory ruin it. Start, make and upgrade nothing on that directory while ${other} runs.`,
      `If ${other} is the one that is meant, remove "${name}" or give it a directory of its own. If not, stop ${other} for good first, then type the same again.`,
    ],
    type: container === "" ? [] : [`pgladder status ${quoted(container)}`],
  };
}
