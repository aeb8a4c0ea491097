import { join } from "@std/path";
import { JournalDirectory } from "../../../journal/directory.ts";
import type { Plan } from "../../../journal/plan.ts";
import { isComplete, type State } from "../../../journal/fold.ts";
import { EXIT, Failure } from "../../base/failure.ts";
import { describeStrangers } from "../../upgrade/service/in_use.ts";
import { namesOf, stateDirectoryOf } from "../../run/paths.ts";
import { PortError } from "../../port/ports.ts";
import { findKept, findVolume, removePointer } from "../../run/registry.ts";
import { closeRun } from "../session/close_run.ts";
import type { App } from "./command.ts";
import {
  noRun,
  type OpenRun,
  printClosing,
  takeRun,
  withRun,
} from "../session/open_run.ts";

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
          `First "pgladder resume ${plan.container}", or "pgladder rollback ${plan.container}"`,
      });
    }
    await requireSafe(app, plan, journal.state);
    if (plan.method !== "minor") {
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

/** Everything that the run kept for its way back goes; each deed may repeat. */
export async function finishCommit(app: App, run: OpenRun): Promise<number> {
  const { journal, plan } = run;
  const { containers, files } = app.ports;
  const names = namesOf(plan);
  if (journal.state.closed === undefined) {
    const backup = await files.look(names.backup);
    // A minor upgrade has put nothing aside: what stands there is another's.
    if (backup !== undefined && plan.method !== "minor") {
      if (backup.inode !== plan.volume.inode) {
        throw new Failure("foreign", {
          found: `"${names.backup}" is inode ${backup.inode}, not the old data`,
          hint: `Expected: inode ${plan.volume.inode}. Nothing was removed`,
        });
      }
      // Once more: from here on the new data are the only ones.
      await requireSafe(app, plan, journal.state);
      // Renamed first, so that half of it never stands under its name.
      await files.remove(names.discard);
      await files.rename(names.backup, names.discard);
    }
    for (
      const path of [names.discard, names.dump, names.staging]
    ) await files.remove(path);
    if (plan.volume.name !== undefined) {
      await containers.releaseVolume(names.holder("volume"));
    }
    for (const which of ["from", "to"] as const) {
      await containers.remove(names.holder(which));
      await containers.untag(names.tag(which));
    }
    await requireGone(app, plan);
    journal.append({ type: "run-closed", outcome: "committed" });
  }
  await closeRun(app, run);
  await printClosing(app, run);
  return EXIT.done;
}

/** Once the run is closed nobody looks for these any more. */
async function requireGone(app: App, plan: Plan) {
  const { containers } = app.ports;
  const names = namesOf(plan);
  for (const which of ["from", "to"] as const) {
    if (await containers.image(names.tag(which)) !== undefined) {
      throw new PortError(
        `The image "${names.tag(which)}" is there after its removal`,
      );
    }
  }
  for (const which of ["from", "to", "volume"] as const) {
    if (await containers.inspect(names.holder(which)) !== undefined) {
      throw new PortError(
        `The container "${names.holder(which)}" is there after its removal`,
      );
    }
  }
}

/** The volume is what the run built, and nobody works on the old data. */
async function requireSafe(app: App, plan: Plan, state: State) {
  const names = namesOf(plan);
  const volume = await app.ports.files.look(names.volume);
  const inode = plan.method === "minor"
    ? plan.volume.inode
    : state.steps.build.evidence.inode;
  if (volume?.inode !== inode) {
    throw new Failure("foreign", {
      found: `"${names.volume}" is inode ${volume?.inode}, not the new data`,
      hint: `Expected: inode ${inode}. Nothing was removed`,
    });
  }
  const strangers = await describeStrangers(plan, app.ports, names.backup);
  if (strangers !== undefined) {
    throw new Failure("foreign", {
      found: strangers,
      hint: "Stop it first. Nothing was removed",
    });
  }
}

async function confirmByName(app: App, container: string, what: string) {
  const given = app.args.options.confirm;
  if (given === container) return;
  if (given === undefined && app.operator.present) {
    const typed = await app.operator.ask(
      `${what} Type the container's name:`,
    );
    if (typed?.trim() === container) return;
  }
  throw new Failure("not-confirmed", {
    hint: `${what} Say so with --confirm ${container}`,
  });
}

/** What a rollback kept, if it left any and no run is open. */
async function findAborted(app: App) {
  const volume = await findVolume({
    container: app.args.operand,
    volume: app.args.options.volume,
  }, app.ports);
  if (volume === undefined) throw noRun(app.args.operand);
  const open = join(stateDirectoryOf(volume), "journal.json");
  if (await app.ports.files.look(open) !== undefined) return undefined;
  return await findKept(volume, app.ports);
}

async function removeAborted(
  app: App,
  { kept, plan }: { kept: string; plan: Plan },
): Promise<number> {
  const { files } = app.ports;
  const names = namesOf(plan);
  await confirmByName(
    app,
    plan.container,
    `This removes the new data that the rollback kept in ${kept}.`,
  );
  const directory = new JournalDirectory(plan.state.path);
  if (!directory.tryLock()) {
    throw new Failure("locked", { container: plan.container });
  }
  if (kept !== names.discard) {
    await files.remove(names.discard);
    await files.rename(kept, names.discard);
  }
  await removePointer(plan.run, app.ports);
  // Last: as long as something of it is there, commit comes back to all this.
  await files.remove(names.discard);
  await files.remove(join(plan.state.path, "lock"));
  directory.unlock();
  app.operator.print(`Removed ${kept}.`);
  return EXIT.done;
}
