import type { Manner } from "../fake/trouble.ts";
import { baselineOf } from "./baseline.ts";
import type { Story } from "./story.ts";

/** Faults that were found once, each with the shortest story that showed it. */
export interface Case {
  readonly name: string;
  readonly scenario?: number;
  /** The first change of the upgrade, or of the way back, with such a name. */
  readonly at: RegExp;
  readonly way: "up" | "down" | "commit";
  readonly manner: Manner;
  readonly rest: Partial<Story>;
}

export const CASES: readonly Case[] = [
  {
    name: "A newer pgladder's journal is not gone on with, and nothing is done",
    at: /^run .*-hold-to$/,
    way: "up",
    manner: "after",
    rest: { moves: ["a newer pgladder wrote"], status: true },
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
    name: "What a killed server left is mended before it is put aside",
    scenario: 1,
    at: /^stop podman-db/,
    way: "up",
    manner: "half",
    rest: { moves: ["the server dies"] },
  },
  {
    name: "A full disk does not keep a rollback from its end",
    at: /^run .*-build-1$/,
    way: "up",
    manner: "after",
    rest: { moves: ["disk full"], turn: 1, status: true },
  },
];

/** The story of a case, as the changes are numbered now. */
export async function storyOf(
  { at, manner, rest, scenario = 0, way }: Case,
): Promise<Story> {
  const calm = { scenario, troubles: [], moves: [] };
  const { up, ...ways } = await baselineOf(calm);
  const changes = way === "up" ? up : ways[way];
  const index = changes.findIndex((change) => at.test(change.name));
  if (index < 0) throw new Error(`There is no ${at} in ${way}`);
  const tick = index + (way === "up" ? 0 : up.length);
  return { ...calm, troubles: [{ tick, manner }], ...rest };
}
