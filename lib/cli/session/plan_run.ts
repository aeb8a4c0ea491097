import { join } from "@std/path";
import { JournalDirectory } from "../../../journal/directory.ts";
import type { Plan } from "../../../journal/plan.ts";
import { choose, wholeNumber } from "../args.ts";
import { type OptionName, OPTIONS } from "../options.ts";
import { alternativeOf } from "../../plan/alternative.ts";
import { type Checked, runChecks } from "../../plan/check/checks.ts";
import { type Facts, findFacts } from "../../plan/facts/facts.ts";
import { Failure } from "../../base/failure.ts";
import { quoted } from "../../base/shell.ts";
import { type PlanView } from "../../report/plan_text.ts";
import { ladderFor } from "../../upgrade/ladder.ts";
import { type Identity, makePlan } from "../../plan/make_plan.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import { requireTrustedState } from "../../run/trust.ts";
import { hasTraces } from "../../rehearsal/cleanup.ts";
import { findVolume, openJournal } from "../../run/registry.ts";
import { isPointedAt } from "../../run/pointers.ts";
import type { Settings } from "../../plan/settings.ts";
import { wholeName } from "../../plan/facts/writers.ts";
import type { App } from "../command/command.ts";
import { isComplete } from "../../../journal/fold.ts";
import { plannedRun } from "../../run/context.ts";
import {
  choosePlace,
  isSwitchOurs,
  readConfiguration,
  readSwitch,
  withCertainSwitch,
} from "./switch_options.ts";

const JOBS_MAX = 256;
const STOP_TIMEOUT_S = 600;
const DAY_S = 24 * 60 * 60;

/** What `plan` and `upgrade` have in common. */
export interface Planned {
  readonly facts: Facts;
  readonly settings: Settings;
  readonly identity: Identity;
  readonly plan: Plan;
  readonly checks: readonly Checked[];
  /** The same by the other method, where that is possible, too. */
  readonly alternative: Plan | undefined;
  /** The container runs the very image that was asked for. */
  readonly nothingToDo: boolean;
}

/** Finds the facts, decides, checks; changes nothing. */
export async function planFor(app: App): Promise<Planned> {
  const asked = readSettings(app);
  await refuseOpenRun(app, asked.container);
  const { options } = app.args;
  const withoutSystemd = app.ports.units.absent === true;
  if (withoutSystemd && options.unit !== undefined) {
    throw new Failure("usage", {
      problem: `--unit names "${options.unit}", and no systemd runs this host`,
      hint: "Leave --unit out",
    });
  }
  const isOurs = await isSwitchOurs(app);
  const configuration = readConfiguration(
    app,
    isOurs ? "nixos" : asked.switch,
  );
  const found = await findFacts({
    container: asked.container,
    to: asked.to,
    around: { directory: app.directory, runtime: app.runtime },
    writers: options.writers?.split(",").map((it) =>
      it.trim()
    ).filter(Boolean) ??
      [],
    ...(options.image === undefined ? {} : { image: options.image }),
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.unit === undefined ? {} : { unit: wholeName(options.unit) }),
    withoutSystemd,
    ...(options.volume === undefined ? {} : { volume: options.volume }),
    ...(options.superuser === undefined
      ? {}
      : { superuser: options.superuser }),
    ...(configuration === undefined ? {} : { configuration }),
    offers: options.switch === undefined && asked.switch === "manual" &&
      app.args.command !== "rehearse",
  }, app.ports);
  // Its volume is not the one that was named.
  if (found.unserved?.lost) {
    await refuseOpenRun(app, asked.container, found.volume);
  }
  const facts = isOurs ? found : await choosePlace(app, found);
  const settings = isOurs ? withCertainSwitch(asked, facts) : asked;
  const checks = runChecks(facts, settings);
  const identity: Identity = {
    run: runId(app),
    tool: app.tool,
    host: app.hostname,
    asked: app.words,
    ...(app.login === undefined ? {} : { by: app.login }),
    runtime: app.runtime,
    program: app.program,
  };
  return {
    facts,
    settings,
    identity,
    plan: makePlan(facts, settings, identity),
    checks,
    alternative: alternativeOf(facts, settings, identity),
    nothingToDo: facts.from.id === facts.to.id && !facts.sorting?.needed &&
      facts.unserved?.lost === undefined &&
      !(options.volume !== undefined && isRefused(checks, "volume")),
  };
}

const isRefused = (checks: readonly Checked[], check: string) =>
  checks.some(({ level, name }) => name === check && level === "refuse");

function readSettings(app: App): Settings {
  const { operand, options, command } = app.args;
  if (operand === undefined) {
    throw new Failure("usage", {
      problem: "No container is named",
      hint: `pgladder ${command} CONTAINER --to TAG`,
    });
  }
  const { to } = options;
  if (to === undefined && options.image === undefined) {
    throw new Failure("usage", {
      problem: "No version is named",
      hint: `pgladder ${command} ${operand} --to 17`,
    });
  }
  if (to !== undefined && !/^[\w][\w.-]{0,127}$/.test(to)) {
    throw new Failure("usage", {
      problem: `--to cannot be "${to}"`,
      hint: "It is an image's tag, such as 17 or 17.2-bookworm",
    });
  }
  const method = choose(
    "method",
    options.method,
    ["dump", "pg_upgrade"],
    "dump",
  );
  return {
    container: operand,
    runtime: app.runtime,
    ...(app.trustParents ? { trustParents: true } : {}),
    to: to ?? "",
    method,
    verify: choose(
      "verify",
      options.verify,
      ["counts", "schema", "checksums"],
      // Where files are kept, their rows need no counting.
      method === "pg_upgrade" ? "schema" : "counts",
    ),
    jobs: wholeNumber("jobs", options.jobs, app.processors, JOBS_MAX),
    stopTimeout: wholeNumber(
      "stop-timeout",
      options["stop-timeout"],
      STOP_TIMEOUT_S,
      DAY_S,
    ),
    switch: readSwitch(app),
    switchCommand: options["switch-command"],
  };
}

/** A container with an open run is continued, never started again. */
export async function refuseOpenRun(
  app: App,
  container: string,
  beside = app.args.options.volume,
) {
  const volume = await findVolume(
    { container, volume: beside, runtime: app.runtime },
    app.ports,
  );
  if (volume === undefined) return;
  const trust = app.trustParents || await isPointedAt(volume, app.ports);
  await requireTrustedState(volume, app.ports, trust);
  await refuseRehearsal(app, container, volume);
  const path = join(stateDirectoryOf(volume), "journal.json");
  if (await app.ports.files.look(path) === undefined) return;
  const { directory, journal } = await openJournal(volume, app);
  const { plan } = journal.state;
  if (plan === undefined || plan.container !== container) return;
  if (!directory.tryLock()) throw new Failure("locked", { container });
  directory.unlock();
  const details = { run: plan.run, container };
  if (isComplete(journal.state)) throw new Failure("finished-run", details);
  throw new Failure("open-run", details);
}

/** One that was interrupted is a leftover, which a check names. */
async function refuseRehearsal(app: App, container: string, volume: string) {
  if (!await hasTraces(volume, app.ports)) return;
  const directory = new JournalDirectory(stateDirectoryOf(volume));
  if (!directory.tryLock()) throw new Failure("rehearsing", { container });
  directory.unlock();
}

/** Sorts by time, and no two are alike on one host. */
function runId(app: App): string {
  const digits = app.clock.now().at.replace(/\D/g, "");
  const random = crypto.getRandomValues(new Uint8Array(2));
  const tail = [...random].map((it) => it.toString(16).padStart(2, "0"));
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${tail.join("")}`;
}

/** @throws {Failure} "checks": one of them refuses */
export function requirePassed(
  { args }: App,
  checks: Planned["checks"],
) {
  const refused = checks.filter(({ level }) => level === "refuse");
  if (refused.length === 0) return;
  throw new Failure("checks", {
    checks: refused.map(({ name, found, remedy }) =>
      `"${name}": ${found} (${remedy})`
    ).join(", "),
    plan: planCommand(args),
  });
}

/** Programs may hold secrets, and what is said may be kept in a log. */
const UNSAID: readonly string[] = ["switch-command", "rebuild-command"];

/** What shows the plan that was refused. */
function planCommand({ operand = "", options }: App["args"]): string {
  const said = Object.entries(options).filter(([name, value]) =>
    !UNSAID.includes(name) && value !== "command" &&
    OPTIONS[name as OptionName].commands.some((it) => it === "plan")
  );
  const words = said.flatMap(([name, value]) =>
    "value" in OPTIONS[name as OptionName]
      ? [`--${name}`, value]
      : [`--${name}`]
  );
  return ["pgladder", "plan", operand, ...words].map(quoted).join(" ");
}

/** As `plan` and `upgrade` show it. */
export function viewOf(
  app: App,
  { alternative, checks, facts, plan }: Pick<
    Planned,
    "alternative" | "checks" | "facts" | "plan"
  >,
): PlanView {
  return {
    ...(alternative === undefined ? {} : {
      alternative: {
        plan: alternative,
        ladder: ladderFor(plannedRun(alternative)),
      },
    }),
    plan,
    checks,
    facts,
    ladder: ladderFor(plannedRun(plan)),
    commands: app.args.options.commands !== undefined,
    columns: app.columns,
  };
}

export function nothingToDoText(
  { facts: { beside }, plan: { container, to } }: Pick<
    Planned,
    "facts" | "plan"
  >,
): string {
  const words =
    `Nothing to do: "${container}" runs that very image (${to.version}) already.`;
  return beside === undefined
    ? words
    : `${words} But ${beside.found}. ${beside.next}.`;
}
