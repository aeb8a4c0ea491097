import type { Manner } from "../fake/trouble.ts";
import { baselineOf } from "./baseline.ts";
import type { Story } from "./story.ts";

/** Faults that were found once, each with the shortest story that showed it. */
export interface Case {
  readonly name: string;
  readonly scenario?: number;
  /** The first change of the upgrade, or of the way back, with such a name. */
  readonly at: RegExp;
  /** So many changes after it. */
  readonly later?: number;
  readonly way: "up" | "down" | "commit";
  readonly manner: Manner;
  /** A second trouble, so many changes after the first. */
  readonly again?: { readonly later: number; readonly manner: Manner };
  readonly rest: Partial<Story>;
}

export const CASES: readonly Case[] = [
  {
    name: "A journal that has its name has its content",
    at: /^rename\(2\) /,
    way: "up",
    manner: "after",
    rest: { moves: ["power cut, names without content"] },
  },
  {
    name: "What was begun before a power cut stands in the journal",
    at: /^run .*-hold-from$/,
    way: "up",
    manner: "after",
    rest: { moves: ["power cut"] },
  },
  {
    name: "Another pgladder's run is left alone",
    at: /^run .*-hold-from$/,
    way: "up",
    manner: "after",
    rest: { moves: ["another pgladder at work"] },
  },
  {
    name: "A placeholder that stands there is one for every image",
    at: /^makeDirectory .*dump.partial$/,
    way: "up",
    manner: "before",
    rest: { moves: ["volume by hand, stopped"] },
  },
  {
    name: "A newer pgladder's journal is not gone on with, and nothing is done",
    at: /^run .*-hold-to$/,
    way: "up",
    manner: "after",
    rest: { moves: ["a newer pgladder wrote"], status: true },
  },
  {
    name: "What a move came to is not refused as if nothing had been touched",
    scenario: 1,
    at: /^rename .*staging.partial .*staging$/,
    way: "up",
    manner: "before",
    again: { later: 13, manner: "lies" },
    rest: { moves: ["unit edited"] },
  },
  {
    name: "A job that repairs is cleared though a boot has let the service out",
    scenario: 5,
    at: /^stop podman-db.service$/,
    way: "up",
    manner: "before",
    again: { later: 1, manner: "signal" },
    rest: {
      moves: ["power cut, all of it written", "reboot, /etc wiped"],
      turn: 2,
    },
  },
  {
    name: "Old data that were moved away are not said to be there",
    at: /^run .*-dump-1-server$/,
    way: "up",
    manner: "half",
    rest: { moves: [".bak moved"], status: true },
  },
  {
    name: "Where the new data were moved away, the old ones are not called all",
    at: /^hold podman-db.service$/,
    way: "down",
    manner: "after",
    rest: { moves: ["nothing", "volume moved"], turn: 9, status: true },
  },
  {
    name: "A commit looks for the new data again before it removes the old",
    at: /^remove .*\/discard/,
    way: "commit",
    manner: "before",
    rest: { moves: ["nothing", "volume moved"], commit: true, status: true },
  },
  {
    name: "A rebuild does not start a second server beside one by hand",
    scenario: 1,
    at: /^remove .*-apply\.result/,
    way: "up",
    manner: "after",
    rest: { moves: ["volume by hand, left"] },
  },
  {
    name: "A server by hand keeps the volume from being put aside",
    at: /^reset-failed podman-db/,
    way: "up",
    manner: "after",
    rest: { moves: ["volume by hand, left"] },
  },
  {
    name: "What a killed server left is repaired before it is put aside",
    scenario: 1,
    at: /^stop podman-db/,
    way: "up",
    manner: "half",
    rest: { moves: ["the server dies"] },
  },
  {
    name:
      "A unit file that was written but not loaded is put back all the same",
    at: /^daemon-reload$/,
    way: "up",
    manner: "before",
    // The start block of the way back is written, and not loaded either.
    again: { later: 4, manner: "half" },
    rest: { turn: 1 },
  },
  {
    name: "A result of another attempt is not this one's",
    at: /^run .*-build-1$/,
    way: "up",
    manner: "after",
    rest: { moves: ["a result of another attempt"] },
  },
  {
    name: "An image that a prune has taken is fetched again",
    at: /^run .*-build-1$/,
    way: "up",
    manner: "before",
    again: { later: 1, manner: "before" },
    rest: { moves: ["holders die", "prune all"] },
  },
  {
    name: "A named volume whose service is stopped is spared by a prune",
    scenario: 7,
    at: /^run .*-dump-1-server$/,
    way: "up",
    manner: "after",
    rest: { moves: ["reboot", "prune"] },
  },
  {
    name: "A dump of what the old data no longer are is made again",
    at: /^run .*-build-1$/,
    way: "up",
    manner: "before",
    rest: { moves: [".bak by hand, stopped"] },
  },
  {
    name: "Old data that changed under the dump are dumped again",
    scenario: 1,
    at: /^rm .*-dump-1-server$/,
    way: "up",
    manner: "before",
    rest: { moves: [".bak by hand, stopped"] },
  },
  {
    name: "A new cluster whose old data have changed is made again",
    scenario: 4,
    at: /^rm .*-build-1$/,
    way: "up",
    manner: "before",
    rest: { moves: [".bak by hand, stopped"] },
  },
  {
    name: "A server by hand on staging keeps it from being swapped in",
    at: /^exchange .*staging$/,
    way: "up",
    manner: "before",
    rest: { moves: ["staging by hand, left"] },
  },
  {
    name: "Staging that a server has changed is built again",
    at: /^remove .*build-1.fingerprint$/,
    // Its step is recorded, the next one is not begun.
    later: 2,
    way: "up",
    manner: "before",
    rest: { moves: ["staging by hand, stopped"] },
  },
  {
    name: "Rows that came after a loss was agreed to are asked for again",
    at: /^exchange .*staging$/,
    way: "down",
    manner: "before",
    rest: { moves: ["nothing", "volume by hand, stopped"], turn: 9 },
  },
  {
    name: "A full disk does not keep a rollback from its end",
    at: /^run .*-build-1$/,
    way: "up",
    manner: "after",
    rest: { moves: ["disk full"], turn: 1, status: true },
  },
  {
    name: "A full disk does not keep the operator's line from going back",
    scenario: 1,
    at: /^writeText .*\.line$/,
    way: "down",
    manner: "after",
    rest: { moves: ["nothing", "disk full"], turn: 9, status: true },
  },
  {
    name: "A rebuild still at work does not outlive the way back",
    scenario: 10,
    at: /^systemd-run .*-switch.service$/,
    way: "up",
    manner: "after",
    again: { later: 1, manner: "after" },
    rest: { turn: 1 },
  },
  {
    name: "A job that repaired the cluster is cleared before its step is done",
    scenario: 5,
    at: /^hold .*podman-db.service$/,
    way: "up",
    manner: "after",
    again: { later: 27, manner: "half" },
    rest: { moves: ["power cut, names without content", "a while"] },
  },
  {
    name: "A service that is about to stop is not in place",
    scenario: 3,
    at: /^stop podman-db.service$/,
    way: "up",
    manner: "half",
    rest: { moves: ["drop-ins reverted"], turn: 1 },
  },
  {
    name: "A unit that a rebuild is about to write is nobody else's yet",
    scenario: 1,
    at: /^writeText .*docker.PG_VERSION$/,
    way: "up",
    manner: "before",
    again: { later: 66, manner: "after" },
    rest: { moves: ["unit edited", "nothing"], turn: 2 },
  },
  {
    name: "What an earlier life wrote is made durable before it is believed",
    at: /^rm .*-hold-to$/,
    later: 1,
    way: "up",
    manner: "after",
    rest: { moves: ["nothing", "power cut, /etc wiped"], commit: true },
  },
  {
    name: "What was noted of a container without a unit goes with its run",
    scenario: 6,
    at: /^podman start db$/,
    way: "down",
    manner: "before",
    rest: { moves: ["nothing"], turn: 9 },
  },
  {
    name: "A start that replaces the old server by the new one may be cut off",
    scenario: 5,
    at: /^release podman-db.service$/,
    way: "up",
    manner: "half",
    again: { later: 15, manner: "half" },
    rest: { moves: ["power cut", "nothing"] },
  },
  {
    name: "Nothing else moves before the anchor is seen in its place",
    scenario: 12,
    at: /^exchange .*\.bak\/PG_VERSION /,
    way: "down",
    manner: "lies",
    rest: { turn: 9 },
  },
];

/** The story of a case, as the changes are numbered now. */
export async function storyOf(
  { again, at, later = 0, manner, rest, scenario = 0, way }: Case,
): Promise<Story> {
  const calm = { scenario, troubles: [], moves: [] };
  const { up, ...ways } = await baselineOf(calm);
  const changes = way === "up" ? up : ways[way];
  const index = changes.findIndex((change) => at.test(change.name));
  if (index < 0) throw new Error(`There is no ${at} in ${way}`);
  const tick = index + later + (way === "up" ? 0 : up.length);
  const more = again === undefined
    ? []
    : [{ tick: tick + again.later, manner: again.manner }];
  return { ...calm, troubles: [{ tick, manner }, ...more], ...rest };
}
