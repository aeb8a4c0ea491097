import { join } from "@std/path";
import { JournalDirectory } from "../../../journal/directory.ts";
import { isComplete } from "../../../journal/fold.ts";
import { PortError } from "../../port/ports.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import type { PlannedRun } from "../../run/context.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import { findKept, findVolume } from "../../run/registry.ts";
import { removePointer } from "../../run/pointers.ts";
import { confirmByName } from "../session/confirm.ts";
import { finishCommit, requireSafe } from "../session/finish_commit.ts";
import type { App } from "./command.ts";
import { noRun, takeRun, withRun } from "../session/open_run.ts";

/** Gives up the way back: removes the old data, closes the journal. */
export async function commit(app: App): Promise<number> {
  const kept = await findAborted(app);
  if (kept !== undefined) return await removeAborted(app, kept);
  const run = await takeRun(app);
  const { journal, plan } = run;
  if (!journal.state.committing) {
    if (!isComplete(journal.state)) {
      throw new Failure("cannot-commit", {
        reason: `the run of "${plan.container}" is not at its end`,
        hint:
          `First run "pgladder resume ${plan.container}" or "pgladder rollback ${plan.container}"`,
      });
    }
    await requireSafe(run);
    if (plan.method !== "minor" && plan.lost === undefined) {
      await confirmByName(
        app,
        plan.container,
        `This removes the old data in ${plan.backup}; there is no way back.`,
      );
    }
    journal.append({ type: "run-committing" });
  }
  return await withRun(app, run, () => finishCommit(app, run));
}

/** What a rollback kept, if it left any and no run is open. */
async function findAborted(app: App) {
  const volume = await findVolume({
    container: app.args.operand,
    volume: app.args.options.volume,
    runtime: app.runtime,
  }, app.ports);
  if (volume === undefined) throw noRun(app.args.operand);
  const open = join(stateDirectoryOf(volume), "journal.json");
  if (await app.ports.files.look(open) !== undefined) return undefined;
  return await findKept(volume, app.ports);
}

async function removeAborted(
  app: App,
  { kept, names, plan }: PlannedRun & { kept: string },
): Promise<number> {
  const { files } = app.ports;
  await confirmByName(
    app,
    plan.container,
    `This removes the new data that the rollback kept in ${kept}.`,
  );
  const directory = new JournalDirectory(plan.state.path);
  if (!directory.tryLock()) {
    throw new Failure("locked", { container: plan.container });
  }
  try {
    if (kept !== names.discard) {
      await files.remove(names.discard);
      await files.rename(kept, names.discard);
    }
    await removePointer(plan.run, app.ports);
    // Last: as long as something of it is there, commit comes back to all this.
    await files.remove(names.discard);
    await files.remove(join(plan.state.path, "lock"));
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    const { container } = plan;
    const details = { reason: cause.message, kept, container };
    throw new Failure("half-removed", details, { cause });
  } finally {
    directory.unlock();
  }
  app.operator.print(`Removed ${kept}.`);
  return EXIT.done;
}
