import { driftsIfAny } from "../../plan/facts/drift.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { statusList, statusText } from "../../report/status_text.ts";
import { contextOf } from "../../run/context.ts";
import {
  findKept,
  findVolume,
  journalBeside,
  openJournal,
} from "../../run/registry.ts";
import { listPointers } from "../../run/pointers.ts";
import { overallOf, type Status, statusOf } from "../../report/status.ts";
import { isWell } from "../../report/well.ts";
import { isAtWork } from "../session/lock_holder.ts";
import type { App } from "./command.ts";
import { follow } from "../session/follow.ts";
import { leftToServe } from "../session/serve_old.ts";
import { showDiagnosis } from "../session/show_diagnosis.ts";
import { watch } from "../session/watch.ts";

/** Reads the journal, without its lock, and looks at the disk; nothing more. */
export async function status(app: App): Promise<number> {
  const { operand, options } = app.args;
  const volumes = operand === undefined && options.volume === undefined
    ? [...new Set((await listPointers(app.ports)).map(({ volume }) => volume))]
    : [
      await findVolume(
        {
          container: operand,
          volume: options.volume,
          // Else it is the one of the run itself.
          ...options.runtime !== undefined && { runtime: app.runtime },
        },
        app.ports,
      ),
    ].filter((volume) => volume !== undefined);
  const [only] = volumes;
  if (options.follow && volumes.length === 1 && only !== undefined) {
    return await follow(app, () => statusBeside(app, only));
  }
  if (options.watch) {
    return await watch(app, async () => (await statusesOf(app, volumes)).found);
  }
  const { failure, found } = await statusesOf(app, volumes);
  if (failure !== undefined) {
    app.ports.host.say(`${failure.message}\n  → ${failure.hint}`);
  }
  if (found.length === 0 && operand !== undefined) {
    const code = await showDiagnosis(app, operand);
    if (code !== EXIT.done) await sayLeft(app);
    return code;
  }
  if (options.json) {
    app.operator.print(
      JSON.stringify(operand === undefined ? found : found[0], null, 2),
    );
  } else if (found.length === 0) {
    app.operator.print(
      'No upgrade is open on this host. If a database is in trouble, type "pgladder status CONTAINER".',
    );
  } else {
    app.operator.print(
      found.length === 1 && found[0] !== undefined
        ? statusText(found[0], app.columns)
        : statusList(found),
    );
  }
  return failure?.exit ?? EXIT.done;
}

/** The last run was cut short after its way back. */
async function sayLeft(app: App) {
  const { plan } = await leftToServe(app) ?? {};
  if (plan === undefined) return;
  app.ports.host.say(
    `The last run was to end with PostgreSQL ${plan.from.version} serving these data\n  → Go on with "pgladder rollback ${plan.container} --to-old"`,
  );
}

/** One damaged journal must not hide the others. */
async function statusesOf(app: App, volumes: readonly string[]) {
  const found: Status[] = [];
  let failure: Failure | undefined;
  for (const volume of volumes) {
    try {
      const status = await statusBeside(app, volume) ??
        (app.args.operand === undefined
          ? await keptBeside(app, volume)
          : undefined);
      if (status !== undefined) found.push(status);
    } catch (error) {
      if (!(error instanceof Failure) || volumes.length === 1) throw error;
      failure = error;
    }
  }
  return { found, ...(failure === undefined ? {} : { failure }) };
}

/** A run that was rolled back, as long as its new data wait for commit. */
async function keptBeside(
  app: App,
  volume: string,
): Promise<Status | undefined> {
  const run = await findKept(volume, app.ports);
  if (run === undefined) return undefined;
  // Whether that has followed which it was to lead to only its container tells.
  const state = { ...run.state, toOld: undefined };
  return await statusOf({ ...run, state }, run.entries, run.journal);
}

async function statusBeside(
  app: App,
  volume: string,
): Promise<Status | undefined> {
  // Nobody is asked to trust what there is nothing to read in.
  const open = await app.ports.files.look(journalBeside(volume));
  if (open === undefined) return undefined;
  const { directory, journal } = await openJournal(volume, app);
  const { plan } = journal.state;
  if (plan === undefined) return undefined;
  const { ports } = app.inRuntime?.(plan.runtime) ?? app;
  // Midway they need not agree: the ladder sees to it.
  const upgraded = overallOf(journal.state) === "upgraded";
  const { container, unit, to } = plan;
  // Begun at once, as an operator waits for the slowest of them.
  const [wrong, atWork, found] = await Promise.all([
    upgraded
      ? driftsIfAny(
        { container, unit, expected: to.reference },
        ports,
      )
      : [],
    isAtWork(app, directory.journalPath),
    statusOf(
      { ...contextOf(plan, ports), state: journal.state },
      journal.entries,
      directory.journalPath,
    ),
  ]);
  const status = {
    ...found,
    "at_work": atWork,
    well: isWell(found, atWork, wrong),
  };
  return wrong.length === 0 ? status : {
    ...status,
    disagreements: wrong.map(({ found, grave, remedy }) => ({
      found,
      remedy: grave
        ? `${remedy}; or go back with "pgladder rollback ${plan.container}"`
        : remedy,
    })),
  };
}
