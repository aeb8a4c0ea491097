import type { OtherServer } from "../../run/other_servers.ts";
import { comingBack, type Sharer } from "../../run/sharers.ts";
import { quoted } from "../../base/shell.ts";
import type { Finding, Sight } from "./diagnosis.ts";

/**
 * Another server has the data open. Whatever is started on them ruins them, so
 * nothing else is told then.
 */
export function heldFinding(
  { clusters, name }: Pick<Sight, "clusters" | "name">,
): Finding | undefined {
  for (const { from, others = [], path } of clusters) {
    if (from !== "mounted") continue;
    const found = heldBy(name, path, others);
    if (found !== undefined) return found;
  }
  for (const { path, sharers = [] } of clusters) {
    const found = sharedBy(name, path, sharers);
    if (found?.grave) return found;
  }
  return undefined;
}

/** One that somebody may start there. */
export function sharedFinding(
  { clusters, name }: Pick<Sight, "clusters" | "name">,
): Finding | undefined {
  for (const { path, sharers = [] } of clusters) {
    const found = sharedBy(name, path, sharers);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * By containers that have it and need not run: one that starts by itself would
 * do so on what an upgrade has made, too.
 */
export function sharedBy(
  name: string,
  path: string,
  sharers: readonly Sharer[],
): Finding | undefined {
  const sharer = comingBack(sharers) ?? sharers[0];
  if (sharer === undefined) return undefined;
  const { comesBack, does, runtime, stop } = sharer;
  const found =
    `its data in "${path}" are those of the container "${sharer.name}" of ${runtime}, too, which ${does}`;
  const ruin = "Two servers on one directory ruin it.";
  if (!comesBack) {
    return {
      code: "shared",
      grave: false,
      found,
      remedy: [`${ruin} Never start "${sharer.name}" while "${name}" serves.`],
      type: [],
    };
  }
  return {
    code: "shared",
    grave: true,
    found,
    remedy: [
      `${ruin} If "${name}" is the one that is meant, type "${stop}", or have what makes "${sharer.name}" mount something else. Then type the same again.`,
    ],
    type: stop.split("; "),
  };
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
