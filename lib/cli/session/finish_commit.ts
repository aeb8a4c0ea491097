import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { PortError } from "../../port/ports.ts";
import { oldInode } from "../../run/paths.ts";
import { describeStrangers } from "../../upgrade/service/in_use.ts";
import { volumePinsOf } from "../../upgrade/step/prepare.ts";
import type { App } from "../command/command.ts";
import { closeRun, workOf } from "./close_run.ts";
import { printClosing } from "./open_run.ts";
import type { OpenRun } from "../../run/registry.ts";

/** Everything that the run kept for its way back goes; each action may repeat. */
export async function finishCommit(app: App, run: OpenRun): Promise<number> {
  const { journal, names, plan, ports } = run;
  const { containers, files } = ports;
  if (journal.state.closed === undefined) {
    // A minor upgrade has put nothing aside: what stands there is another's. What
    // a lost cluster has taken the place of may have rows that it lacks.
    if (
      await files.look(names.backup) !== undefined &&
      plan.method !== "minor" && plan.lost === undefined
    ) {
      const found = (await files.look(names.oldAside))?.inode;
      const inode = oldInode(plan, journal.state);
      if (found !== inode) {
        throw new Failure("foreign", {
          found: `"${names.oldAside}" is ${
            found === undefined ? "not there" : `inode ${found}`
          }, not the old data`,
          hint:
            `The old data are inode ${inode}. Nothing was removed. Put back what was moved, then run "pgladder commit ${plan.container}"`,
        });
      }
      // Once more: from here on the new data are the only ones.
      await requireSafe(run);
      // Renamed first, so that half of it never stands under its name.
      await files.remove(names.discard);
      await files.rename(names.backup, names.discard);
    }
    const kept = plan.volume.within ? workOf(run) : [names.dump, names.staging];
    for (const path of [names.discard, ...kept]) await files.remove(path);
    for (const { name } of volumePinsOf(run)) {
      await containers.unpinVolume(name);
    }
    for (const which of ["from", "to"] as const) {
      await containers.remove(names.pin(which));
      await containers.untag(names.tag(which));
    }
    await requireGone(run);
    journal.append({ type: "run-closed", outcome: "committed" });
  }
  await closeRun(run);
  await printClosing(app, run);
  return EXIT.done;
}

/** Once the run is closed nobody looks for these any more. */
async function requireGone({ names, ports: { containers } }: OpenRun) {
  for (const which of ["from", "to"] as const) {
    if (await containers.image(names.tag(which)) !== undefined) {
      throw new PortError(
        `The image "${names.tag(which)}" is still there after its removal`,
      );
    }
  }
  for (const which of ["from", "to", "volume", "lost"] as const) {
    if (await containers.inspect(names.pin(which)) !== undefined) {
      throw new PortError(
        `The container "${names.pin(which)}" is still there after its removal`,
      );
    }
  }
}

/** The volume is what the run built, and nobody works on the old data. */
export async function requireSafe(run: OpenRun) {
  const { journal: { state }, names, plan } = run;
  const [place, inode] = plan.method === "minor"
    ? [names.volume, plan.volume.inode]
    : [names.newInVolume, state.steps.build.evidence.inode];
  const found = await run.ports.files.look(place);
  if (found?.inode !== inode) {
    throw new Failure("foreign", {
      found: `"${place}" is inode ${found?.inode}, not the new data`,
      hint:
        `The new data are inode ${inode}. Nothing was removed. Put back what was moved, then run "pgladder commit ${plan.container}"`,
    });
  }
  const strangers = await describeStrangers(run, names.backup);
  if (strangers !== undefined) {
    throw new Failure("foreign", {
      found: strangers,
      hint: "Stop it first. Nothing was removed",
    });
  }
}
