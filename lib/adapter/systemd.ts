import * as v from "valibot";
import type { Output } from "../port/containers.ts";
import { PortError } from "../port/ports.ts";
import type {
  BlockState,
  StartBlock,
  Unit,
  UnitEnvironment,
  UnitJob,
  Units,
} from "../port/units.ts";
import { DropIns } from "./drop_ins.ts";
import { lookAt } from "./durable.ts";
import { failed, PATIENT, run, runOk } from "./process.ts";
import { askSystemd } from "./ask_systemd.ts";
import { busPath, parseProperties, parseShow } from "./unit_text.ts";

const DEPENDANTS = [
  "RequiredBy",
  "RequisiteOf",
  "BoundBy",
  "WantedBy",
  "UpheldBy",
  "ConsistsOf",
];
const PROPERTIES = [
  "Id",
  "LoadState",
  "ActiveState",
  "SubState",
  "FragmentPath",
  "SourcePath",
  "DropInPaths",
  "WorkingDirectory",
  "ControlGroup",
  "MainPID",
  "NRestarts",
  "Type",
  "Result",
  "TriggeredBy",
  "NeedDaemonReload",
  ...DEPENDANTS,
];

const STATES: readonly Unit["active"][] = [
  "active",
  "activating",
  "reloading",
  "deactivating",
  "inactive",
  "failed",
];

/**
 * What a transient unit does not have and its command may need: git takes
 * SUDO_UID for a word that root may read that user's tree (git-config(1)).
 */
const CARRIED = ["PATH", "HOME", "NIX_PATH", "SUDO_UID"];

/** a(sasbttttuii): the file, its words, whether its failure counts, … */
const ExecStart = v.object({
  data: v.array(
    v.looseTuple([v.string(), v.array(v.string()), v.boolean()]),
  ),
});

/** "as", NAME=VALUE; and "a(sb)", a path and whether it may be missing. */
const Environment = v.object({ data: v.array(v.string()) });
const EnvironmentFiles = v.object({
  data: v.array(v.looseTuple([v.string()])),
});

/** a(sbbsi): the test, two flags, what it is about, its outcome. */
const Tests = v.object({
  data: v.array(
    v.looseTuple([v.string(), v.boolean(), v.boolean(), v.string()]),
  ),
});

/** The systemd of this machine. */
export class Systemd implements Units {
  readonly #dropIns = new DropIns();

  async show(units: readonly string[]): Promise<ReadonlyMap<string, Unit>> {
    const shown = new Map<string, Unit>();
    const tables = await showTables(units);
    await Promise.all(units.map(async (name, index) => {
      const table = tables[index] ?? new Map<string, string>();
      const unit = {
        ...unitOf(name, table),
        block: await this.#blockStateOf(name, table),
      };
      // A unit whose file is gone can still run.
      const known = table.get("LoadState") !== "not-found" ||
        unit.active !== "inactive";
      if (known) shown.set(name, unit);
    }));
    return shown;
  }

  /** By the bus: `systemctl show` prints the words without their borders. */
  async commands(unit: string): Promise<readonly (readonly string[])[]> {
    if (!unit.endsWith(".service")) return [];
    const found = parseProperties(
      await properties(unit, "Service", ["ExecStart"]),
      ExecStart,
    );
    return found.flatMap(({ data }) => data.map(([, words]) => words));
  }

  async environment(unit: string): Promise<UnitEnvironment> {
    if (!unit.endsWith(".service")) return { variables: {}, files: [] };
    const ask = (name: string) => properties(unit, "Service", [name]);
    const variables = parseProperties(await ask("Environment"), Environment)
      .flatMap(({ data }) => data)
      .map((said): [string, string] => {
        const at = said.indexOf("=");
        return [said.slice(0, at), said.slice(at + 1)];
      });
    const files = parseProperties(
      await ask("EnvironmentFiles"),
      EnvironmentFiles,
    ).flatMap(({ data }) => data.map(([path]) => path));
    return { variables: Object.fromEntries(variables), files };
  }

  async start(units: readonly string[]): Promise<void> {
    if (units.length === 0) return;
    await runOk(["systemctl", "start", "--", ...units], PATIENT);
  }

  async stop(units: readonly string[]): Promise<void> {
    await unlessNotLoaded(["systemctl", "stop", "--"], units);
  }

  async resetFailed(units: readonly string[]): Promise<void> {
    await unlessNotLoaded(["systemctl", "reset-failed", "--"], units);
  }

  async reload(): Promise<void> {
    await runOk(["systemctl", "daemon-reload"]);
  }

  async blockStart(holds: readonly StartBlock[]): Promise<void> {
    for (const block of holds) this.#dropIns.write(block);
    await this.reload();
  }

  async unblockStart(
    units: readonly string[],
    how = { later: false },
  ): Promise<void> {
    for (const unit of units) this.#dropIns.remove(unit);
    if (!how.later) await this.reload();
  }

  async blockState(unit: string): Promise<BlockState> {
    const [table = new Map<string, string>()] = await showTables([unit]);
    return await this.#blockStateOf(unit, table);
  }

  /** By what systemd has loaded: a file alone, or an empty one, holds nothing. */
  async #blockStateOf(
    unit: string,
    table: ReadonlyMap<string, string>,
  ): Promise<BlockState> {
    const found = this.#dropIns.find(unit);
    const dropIns = wordsOf(table, "DropInPaths");
    const at = dropIns.findIndex((path) => this.#dropIns.isOurs(unit, path));
    if (found === undefined) return at < 0 ? "free" : "partly";
    if (at < 0 || table.get("NeedDaemonReload") !== "no") return "partly";
    // A test that is passed holds nothing.
    if (found.path === undefined || lookAt(found.path) !== undefined) {
      return "partly";
    }
    // One behind ours may take the test back, and only the bus tells of that.
    if (at === dropIns.length - 1) return "blocked";
    return (await testsOf(unit)).includes(found.path) ? "blocked" : "partly";
  }

  async run(job: UnitJob): Promise<void> {
    const carried = CARRIED
      .filter((name) => Deno.env.get(name) !== undefined)
      .map((name) => [name, Deno.env.get(name) ?? ""] as const);
    const env = Object.entries({ ...Object.fromEntries(carried), ...job.env });
    await runOk([
      "systemd-run",
      `--unit=${job.name}`,
      "--no-block",
      "--quiet",
      ...env.map(([name, value]) => `--setenv=${name}=${value}`),
      "--",
      ...job.command,
    ]);
  }

  async remove(unit: string): Promise<void> {
    await this.stop([unit]);
    await this.resetFailed([unit]);
  }
}

/** In the order of the units. */
async function showTables(
  units: readonly string[],
): Promise<ReadonlyMap<string, string>[]> {
  if (units.length === 0) return [];
  const wanted = `--property=${PROPERTIES.join(",")}`;
  const command = ["systemctl", "show", "--no-pager", wanted, "--", ...units];
  const tables = parseShow((await askSystemd(command)).stdout);
  if (tables.length !== units.length) {
    throw new PortError(
      `'systemctl show' answered for ${tables.length} of ${units.length} units`,
    );
  }
  return tables;
}

function unitOf(
  name: string,
  table: ReadonlyMap<string, string>,
): Omit<Unit, "block"> {
  const value = (property: string) => table.get(property) ?? "";
  const words = (property: string) => wordsOf(table, property);
  const active = value("ActiveState");
  return {
    name,
    loaded: value("LoadState") === "loaded",
    active: STATES.find((state) => state === active) ?? "inactive",
    sub: value("SubState"),
    fragment: value("FragmentPath"),
    source: value("SourcePath"),
    dropIns: words("DropInPaths"),
    // "!" before it: it need not be there.
    directory: value("WorkingDirectory").replace(/^!/, ""),
    group: value("ControlGroup"),
    mainPid: Number.parseInt(value("MainPID"), 10) || 0,
    oneshot: value("Type") === "oneshot",
    restarts: Number.parseInt(value("NRestarts"), 10) || 0,
    result: value("Result"),
    dependants: [...new Set(DEPENDANTS.flatMap(words))].sort(),
    triggers: words("TriggeredBy"),
  };
}

function wordsOf(table: ReadonlyMap<string, string>, property: string) {
  return (table.get(property) ?? "").split(" ").filter((word) => word !== "");
}

/** The paths that systemd, as it has loaded the unit, tests before a start. */
async function testsOf(unit: string): Promise<readonly string[]> {
  const tests = await properties(unit, "Unit", ["Asserts", "Conditions"]);
  return parseProperties(tests, Tests)
    .flatMap(({ data }) => data)
    .filter(([test]) => /^(Assert|Condition)PathExists$/.test(test))
    .map(([, , , path]) => path);
}

async function properties(
  unit: string,
  face: "Unit" | "Service",
  names: readonly string[],
): Promise<string> {
  const command = [
    "busctl",
    "--json=short",
    "get-property",
    "org.freedesktop.systemd1",
    busPath(unit),
    `org.freedesktop.systemd1.${face}`,
    ...names,
  ];
  return (await runOk(command, { query: true })).stdout;
}

async function unlessNotLoaded(
  words: readonly string[],
  units: readonly string[],
): Promise<void> {
  if (units.length === 0) return;
  const command = [...words, ...units];
  // Bounded by the units' own timeouts.
  const output = await run(command, PATIENT);
  if (output.code !== 0 && !onlyNotLoaded(output)) {
    throw failed(command, output);
  }
}

/** One unit that is not there says nothing against the others. */
function onlyNotLoaded(output: Output): boolean {
  const lines = output.stderr.trim().split("\n");
  return lines.every((line) => /\bnot (loaded|found)\b/.test(line));
}
