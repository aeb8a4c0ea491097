import type { State } from "../../../journal/fold.ts";
import type { Plan } from "../../../journal/plan.ts";
import { EXIT, Failure } from "../../base/failure.ts";
import { PortError } from "../../port/ports.ts";
import { namesOf } from "../../run/paths.ts";
import { describeStrangers } from "../../upgrade/service/in_use.ts";
import type { App } from "../command/command.ts";
import { closeRun } from "./close_run.ts";
import { printClosing } from "./open_run.ts";
import type { OpenRun } from "../../run/registry.ts";

/** Everything that the run kept for its way back goes; each action may repeat. */
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
      await containers.unpinVolume(names.pin("volume"));
    }
    for (const which of ["from", "to"] as const) {
      await containers.remove(names.pin(which));
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
    if (await containers.inspect(names.pin(which)) !== undefined) {
      throw new PortError(
        `The container "${names.pin(which)}" is there after its removal`,
      );
    }
  }
}

/** The volume is what the run built, and nobody works on the old data. */
export async function requireSafe(app: App, plan: Plan, state: State) {
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
