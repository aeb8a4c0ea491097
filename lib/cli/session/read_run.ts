import { join } from "@std/path";
import type { Entry } from "../../../journal/fact.ts";
import type { Plan } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import {
  type Measurements,
  measurementsIn,
  measurementsOf,
} from "../../job/measurements.ts";
import { type Context, contextOf } from "../../run/context.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import {
  commandLogPathOf,
  type LoggedCommand,
  readCommandLog,
} from "../../run/command_log.ts";
import { findVolume, openJournal, readHistory } from "../../run/registry.ts";
import { isPointedAt } from "../../run/pointers.ts";
import type { App } from "../command/command.ts";
import { noRun } from "./open_run.ts";

/** A run as its journal tells it, be it open or closed. */
export interface ReadRun extends Context {
  readonly entries: readonly Entry[];
  /** Where the journal lies. */
  readonly journal: string;
  /** The commands that were kept beside it. */
  readonly commands: readonly LoggedCommand[];
}

/**
 * The open run, or else the newest one of the history; `--run` names one. No
 * lock is taken.
 *
 * @throws {Failure} there is none, or its journal is damaged
 */
export async function readRun(app: App): Promise<ReadRun> {
  const { operand, options } = app.args;
  const volume = await findVolume(
    { container: operand, volume: options.volume, runtime: app.runtime },
    app.ports,
  );
  if (volume === undefined) throw noRun(operand);
  const ranIn = ({ run }: Plan) =>
    readCommandLog(commandLogPathOf(volume, run), app.ports);
  const open = await openJournal(volume, app);
  const found = {
    ...open.journal.state.plan && { plan: open.journal.state.plan },
    state: open.journal.state,
    entries: open.journal.entries,
    journal: open.directory.journalPath,
  };
  if (isRead(found) && (options.run ?? found.plan.run) === found.plan.run) {
    return {
      ...found,
      ...contextOf(found.plan, app.ports),
      commands: await ranIn(found.plan),
    };
  }
  const history = join(stateDirectoryOf(volume), "history");
  const names = await app.ports.files.list(history) ?? [];
  const closed = names.filter((name) => name.endsWith(".json"));
  const name = options.run === undefined
    ? closed.at(-1)
    : closed.find((it) => it === `${options.run}.json`);
  if (name === undefined) {
    throw new Failure("no-run", {
      what: options.run === undefined
        ? `a run of "${operand ?? volume}"`
        : `the run "${options.run}"; there are ${
          closed.map((it) => it.slice(0, -5)).join(", ") || "none"
        }`,
      hint: closed.length === 0
        ? 'There must be a run first. Begin with "pgladder plan CONTAINER --to TAG"'
        : "Name one of them with --run",
    });
  }
  const read = await readHistory(
    join(history, name),
    app.ports,
    app.trustParents || await isPointedAt(volume, app.ports),
  );
  if (read.plan === undefined) throw noRun(operand);
  return {
    ...read,
    ...contextOf(read.plan, app.ports),
    commands: await ranIn(read.plan),
  };
}

function isRead<T extends { plan?: Plan }>(run: T): run is T & { plan: Plan } {
  return run.plan !== undefined;
}

/** Of each step's last attempt: from the journal, else from its job's files. */
export async function allFigures(run: ReadRun) {
  const figures = new Map<string, Measurements>();
  for (const step of ["close", "dump", "build"] as const) {
    const { attempt, evidence } = run.state.steps[step];
    const found = measurementsIn(evidence) ??
      await measurementsOf(run, step, attempt);
    if (found.jobs.length > 0) figures.set(step, found);
  }
  return figures;
}
