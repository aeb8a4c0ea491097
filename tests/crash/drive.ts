import { LOST_DATA, type Scenario } from "../fake/scenario.ts";
import type { World } from "../fake/world.ts";
import type { Ending } from "./life.ts";
import { isNewer } from "./obstacles.ts";

/** What a person types, and does, to bring a run to its end. */

/** Where a run is heading. */
export type Phase = "up" | "down" | "commit" | "declines";

const journalOf = (world: World) =>
  world.disk.textAt(`${world.beside}.pgladder/journal.json`);

export const hasBegun = (world: World) => journalOf(world) !== undefined;

export const upgradeWords = (scenario: Scenario): readonly string[] => [
  "upgrade",
  "db",
  "--to",
  String(scenario.to),
  "--yes",
  "--jobs",
  "2",
  "--switch",
  scenario.switch,
  ...(scenario.lost ? ["--volume", LOST_DATA] : []),
  ...(scenario.method === undefined ? [] : ["--method", scenario.method]),
  ...(scenario.switch === "command" ? ["--switch-command", "rebuild"] : []),
];

/** The next command; undefined: there is nothing more to do. */
export function nextWords(
  world: World,
  scenario: Scenario,
  phase: Phase,
  life: number,
): readonly string[] | undefined {
  const journal = journalOf(world);
  switch (phase) {
    case "up":
      return journal === undefined ? upgradeWords(scenario) : ["resume", "db"];
    case "down":
      if (journal === undefined) return undefined;
      // Both words must do, once it has turned.
      return life % 2 === 1 && journal.includes('"run-turned-back"')
        ? ["resume", "db", "--confirm", "db"]
        : ["rollback", "db", "--yes", "--confirm", "db"];
    case "declines":
      return ["rollback", "db", "--yes"];
    case "commit":
      return journal === undefined
        ? undefined
        : ["commit", "db", "--confirm", "db"];
  }
}

/** What no exit may ever be; true: what stands in the way is to be repaired. */
export function judge(world: World, ending: Ending): boolean {
  switch (ending.code) {
    case undefined:
    case 0:
    case 143:
      return false;
    case 4:
      return true;
    case 6:
      if (world.lockedElsewhere) return true;
      break;
    case 7:
      if (isNewer(world)) return true;
      break;
    case 5:
      obey(world, ending.words);
      return false;
    case 8:
      world.trace?.push("foreign");
      return true;
    case 1:
    case 3:
      if (world.troubled || isLost(ending)) return true;
      break;
  }
  world.violated("I4", `exit ${ending.code}: ${ending.words}`);
  return false;
}

/** No name leads to the run: it is to be found by its volume. */
export const isLost = ({ words }: Ending) => / find an open run /.test(words);

/** The operator changes the configuration as asked for. */
function obey(world: World, words: string) {
  // The rows are looked at, and the right ones kept.
  if (/^A unique index let in duplicate rows/.test(words)) return;
  const made =
    /(?:make it again of|have the service \S+ name) (\S+) with the volume at (\S+),/
      .exec(words);
  const image = /the image: \S+ → (\S+)/.exec(words)?.[1] ??
    /make it name ([^\s":]\S*[^\s":,])/.exec(words)?.[1] ?? made?.[1];
  const mountPath = /the volume: \S+ → [^\s:]+:(\S+)/.exec(words)?.[1] ??
    /with the volume at (\S+) again/.exec(words)?.[1] ?? made?.[2];
  if (image === undefined) {
    world.violated("I4", `asks for what nobody understands: ${words}`);
    return;
  }
  world.configure({ image, ...(mountPath === undefined ? {} : { mountPath }) });
  world.systemd.reload();
}
