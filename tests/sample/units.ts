import type { Unit } from "../../lib/port/units.ts";
import { MemoryFiles } from "./files.ts";
import { sampleUnit } from "./found.ts";
import { portsOf } from "./ports.ts";

/** What systemd has loaded: each unit's one command, and where it works. */
export type Loaded = Readonly<
  Record<
    string,
    string | Partial<Unit> & { words: string; directory: string }
  >
>;

/** The ports of a host that has these units and files. */
export function loadedUnits(
  loaded: Loaded,
  files: Readonly<Record<string, string>> = {},
) {
  const all = Object.entries(loaded).map(([name, it]) => ({
    name,
    words: typeof it === "string" ? it : it.words,
    directory: typeof it === "string" ? "/" : it.directory,
    fragment: typeof it === "string" ? "" : it.fragment ?? "",
    active: typeof it === "string" ? "active" as const : it.active ?? "active",
  }));
  const stdout = all.map(({ directory, name, words }) =>
    `Id=${name}\nExecStart={ path=/x ; argv[]=${words} ; pid=0 }\nWorkingDirectory=${directory}\n`
  ).join("\n");
  return portsOf({
    host: { run: () => Promise.resolve({ code: 0, stdout, stderr: "" }) },
    units: {
      show: (names) =>
        Promise.resolve(
          new Map(
            all.filter(({ name }) => names.includes(name))
              .map((it) => [it.name, sampleUnit(it)] as const),
          ),
        ),
      environment: () => Promise.resolve({ variables: {}, files: [] }),
      commands: (unit) =>
        Promise.resolve(
          all.filter(({ name }) => name === unit)
            .map(({ words }) => words.split(" ")),
        ),
    },
    files: new MemoryFiles(files),
  });
}
