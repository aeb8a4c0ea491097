import * as v from "valibot";
import type { Output } from "../port/containers.ts";
import { PortError } from "../port/ports.ts";
import type { Hold, Unit, UnitJob, Units } from "../port/units.ts";
import { DropIns } from "./drop_ins.ts";
import { lookAt } from "./durable.ts";
import { failed, PATIENT, run, runOk } from "./process.ts";
import { busPath, parseShow } from "./unit_text.ts";

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
  "DropInPaths",
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

/** What a transient unit does not have and its command may need. */
const CARRIED = ["PATH", "HOME", "NIX_PATH"];

/** a(sasbttttuii): the file, its words, whether its failure counts, … */
const ExecStart = v.object({
  data: v.array(
    v.looseTuple([v.string(), v.array(v.string()), v.boolean()]),
  ),
});

/** a(sbbsi): the test, two flags, what it is about, its outcome. */
const Tests = v.object({
  data: v.array(
    v.looseTuple([v.string(), v.boolean(), v.boolean(), v.string()]),
  ),
});

const Paths = v.object({ data: v.array(v.string()) });
const Flag = v.object({ data: v.boolean() });

/** The systemd of this machine. */
export class Systemd implements Units {
  readonly #dropIns = new DropIns();

  async show(
    units: readonly string[],
    asked = { commands: false },
  ): Promise<ReadonlyMap<string, Unit>> {
    const shown = new Map<string, Unit>();
    const tables = await showTables(units);
    await Promise.all(units.map(async (name, index) => {
      const table = tables[index] ?? new Map<string, string>();
      const commands = asked.commands ? await commandsOf(name, table) : [];
      const unit = unitOf(name, table, commands);
      // A unit whose file is gone can still run.
      const known = table.get("LoadState") !== "not-found" ||
        unit.active !== "inactive";
      if (known) shown.set(name, unit);
    }));
    return shown;
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

  async hold(hold: Hold): Promise<void> {
    this.#dropIns.write(hold);
    await this.reload();
  }

  async release(unit: string): Promise<void> {
    this.#dropIns.remove(unit);
    await this.reload();
  }

  /** By what systemd has loaded: a file alone, or an empty one, holds nothing. */
  async held(unit: string): Promise<"held" | "partly" | "free"> {
    const found = this.#dropIns.find(unit);
    const loaded = await loadedOf(unit);
    const listed = loaded.dropIns
      .some((path) => this.#dropIns.isOurs(unit, path));
    if (found === undefined) return listed ? "partly" : "free";
    const tested = found.path !== undefined &&
      loaded.tests.includes(found.path) &&
      // A test that is passed holds nothing.
      lookAt(found.path) === undefined;
    return listed && loaded.current && tested ? "held" : "partly";
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
  const tables = parseShow((await runOk(command)).stdout);
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
  commands: readonly (readonly string[])[],
): Unit {
  const value = (property: string) => table.get(property) ?? "";
  const words = (property: string) =>
    value(property).split(" ").filter((word) => word !== "");
  const active = value("ActiveState");
  return {
    name,
    loaded: value("LoadState") === "loaded",
    active: STATES.find((state) => state === active) ?? "inactive",
    sub: value("SubState"),
    fragment: value("FragmentPath"),
    dropIns: words("DropInPaths"),
    oneshot: value("Type") === "oneshot",
    restarts: Number.parseInt(value("NRestarts"), 10) || 0,
    result: value("Result"),
    dependants: [...new Set(DEPENDANTS.flatMap(words))].sort(),
    triggers: words("TriggeredBy"),
    commands,
  };
}

/** By the bus: `systemctl show` prints the words without their borders. */
async function commandsOf(
  unit: string,
  table: ReadonlyMap<string, string>,
): Promise<readonly (readonly string[])[]> {
  if (!unit.endsWith(".service") || table.get("LoadState") !== "loaded") {
    return [];
  }
  const [answer] = await properties(table.get("Id") ?? unit, "Service", [
    "ExecStart",
  ]);
  return v.parse(ExecStart, answer).data.map(([, words]) => words);
}

/** What systemd has loaded of a unit's drop-ins and of the tests before a start. */
async function loadedOf(unit: string) {
  const [dropIns, reload, ...tests] = await properties(unit, "Unit", [
    "DropInPaths",
    "NeedDaemonReload",
    "Asserts",
    "Conditions",
  ]);
  return {
    dropIns: v.parse(Paths, dropIns).data,
    current: !v.parse(Flag, reload).data,
    tests: tests
      .flatMap((answer) => v.parse(Tests, answer).data)
      .filter(([test]) => /^(Assert|Condition)PathExists$/.test(test))
      .map(([, , , path]) => path),
  };
}

async function properties(
  unit: string,
  face: "Unit" | "Service",
  names: readonly string[],
): Promise<unknown[]> {
  const { stdout } = await runOk([
    "busctl",
    "--json=short",
    "get-property",
    "org.freedesktop.systemd1",
    busPath(unit),
    `org.freedesktop.systemd1.${face}`,
    ...names,
  ]);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
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
