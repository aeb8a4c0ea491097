import { join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import { redact } from "../../base/redact.ts";
import { contextOf } from "../../run/context.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import { closing } from "../../report/status_text.ts";
import { commandLogPathOf } from "../../run/command_log.ts";
import { PortError } from "../../port/ports.ts";
import {
  findKept,
  findVolume,
  momentOf,
  openJournal,
  type OpenRun,
} from "../../run/registry.ts";
import { isPointedAt, listPointers, writePointer } from "../../run/pointers.ts";
import { type Status, statusOf } from "../../report/status.ts";
import type { App } from "../command/command.ts";
import { showing } from "./show_progress.ts";

/**
 * Finds the run that is meant, takes its lock and opens its journal.
 *
 * @throws {Failure} there is none, another process has it, or it is damaged
 */
export async function takeRun(app: App): Promise<OpenRun> {
  const container = app.args.operand;
  const volume = await findVolume(
    { container, volume: app.args.options.volume, runtime: app.runtime },
    app.ports,
  );
  if (volume === undefined) throw noRun(container);
  const state = await app.ports.files.look(
    join(stateDirectoryOf(volume), "journal.json"),
  );
  if (state === undefined) throw noRun(container);
  const run = await openJournal(volume, app);
  const { plan } = run.journal.state;
  if (plan === undefined) throw noRun(container);
  if (container !== undefined && plan.container !== container) {
    throw new Failure("no-run", {
      what:
        `an open run of "${container}": the one beside "${volume}" is of "${plan.container}"`,
      hint: `See "pgladder status ${plan.container}"`,
    });
  }
  if (plan.runtime !== app.runtime) {
    throw new Failure("no-run", {
      what:
        `an open run of "${plan.container}" in ${app.runtime}: the one beside "${volume}" is in ${plan.runtime}`,
      hint: `Add --runtime ${plan.runtime}, or leave --runtime out`,
    });
  }
  if (!run.directory.tryLock()) {
    throw new Failure("locked", { container: plan.container });
  }
  // What another process wrote before it let go of the lock counts.
  const locked = await openJournal(volume, app);
  if (locked.journal.state.plan === undefined) throw noRun(container);
  // Before anything: a repair, or a commit, acts before it writes.
  if (!locked.journal.writable) {
    throw new Failure("journal", {
      reason:
        `A newer pgladder has gone on with this run ("${run.directory.journalPath}")`,
      hint: "Use that one, or a later one",
    });
  }
  run.directory.fillReserve();
  await rememberRun(plan, app);
  return {
    ...contextOf(plan, app.ports),
    directory: run.directory,
    journal: locked.journal,
  };
}

/**
 * A process that died at once left no pointer, and once the container is
 * stopped nothing else leads from its name to the volume.
 */
async function rememberRun({ container, run, volume }: Plan, app: App) {
  const known = (await listPointers(app.ports)).some((pointer) =>
    pointer.container === container && pointer.volume === volume.path
  );
  if (known) return;
  await writePointer(run, { container, volume: volume.path }, app.ports);
}

export function noRun(container: string | undefined): Failure {
  return new Failure("no-run", {
    what: container === undefined
      ? "an open run on this host"
      : `an open run of "${container}"`,
    hint: container === undefined
      ? 'See "pgladder status CONTAINER" for what a container needs'
      : `See "pgladder status" for all open runs, and "pgladder status ${container}" for that container`,
  });
}

export async function statusOfRun(run: OpenRun): Promise<Status> {
  const { journal, directory, plan, ports } = run;
  const status = await statusOf(
    momentOf(run),
    journal.entries,
    journal.state.closed === undefined
      ? directory.journalPath
      : directory.historyPath(plan.run),
  );
  if (journal.state.closed !== "committed") return status;
  // What an earlier run's rollback has kept is now the last that is left. That
  // run has its pointer still: without one, nobody vouches for what lies there.
  const left = await isPointedAt(plan.volume.path, ports)
    ? await findKept(plan.volume.path, ports)
    : undefined;
  return left === undefined ? status : {
    ...status,
    database: { ...status.database, kept: left.kept },
    next: [`pgladder commit ${plan.container}`],
  };
}

/**
 * Does something with the run and ends with the three closing lines, whatever
 * came of it.
 */
export async function withRun<T>(
  app: App,
  run: OpenRun,
  action: () => Promise<T>,
): Promise<T> {
  app.logCommands?.(commandLogPathOf(run.plan.volume.path, run.plan.run));
  try {
    return await showing(app, run, action);
  } catch (error) {
    await printClosing(app, run);
    if (!(error instanceof PortError)) throw error;
    // Beside the ladder's own steps, which tell of themselves.
    const { container } = run.plan;
    const details = { reason: redact(error.message), container };
    throw new Failure("host-midway", details, { cause: error });
  }
}

export async function printClosing(app: App, run: OpenRun) {
  const status = await statusOfRun(run);
  if (app.args.options.json) {
    // The last one of a line each: see progress.schema.json.
    app.operator.print(JSON.stringify(status));
  } else {
    app.operator.print(closing(status));
  }
}
