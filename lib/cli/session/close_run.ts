import { join } from "@std/path";
import { JournalWriteError } from "../../../journal/journal.ts";
import type { PlannedRun } from "../../run/context.ts";
import { removePointer, writePointer } from "../../run/pointers.ts";
import type { OpenRun } from "../../run/registry.ts";

/**
 * After the journal says that the run is closed: what it worked with goes, the
 * journal goes to the history. Each action may be done twice.
 */
export async function closeRun(run: OpenRun) {
  const { directory, names, plan, ports } = run;
  const { files } = ports;
  for (
    const path of [
      names.jobs,
      names.line,
      names.empty,
      names.original,
      ...originals(run),
      names.described,
      names.unlogged,
      names.statistics,
      names.answers,
      names.outside,
      `${names.outside}.partial`,
      names.oldEntries,
      names.newEntries,
      ...workOf(run),
      names.oldRoot,
      names.oldRootPartial,
      directory.reservePath,
    ]
  ) await files.remove(path);
  // What a rollback kept is found again by its pointer, until it is committed;
  // and what is to follow, until it has begun.
  const leadsOn = run.journal.state.toOld !== undefined;
  if (leadsOn || await files.look(names.aborted) !== undefined) {
    await writePointer(plan.run, {
      container: plan.container,
      volume: plan.volume.path,
    }, ports);
  } else {
    await removePointer(plan.run, ports);
  }
  // Last: as long as the journal stands there, resume comes back to all this.
  archive(run);
  await files.remove(join(plan.state.path, "lock"));
  directory.unlock();
}

/**
 * Within a volume its server's user could put links on the way to what is
 * removed: there the whole directory goes by its own name.
 */
export function workOf({ names, plan }: PlannedRun): readonly string[] {
  return plan.volume.within ? [names.work] : [
    names.placeholder,
    names.dumpPartial,
    names.clone,
    names.stagingPartial,
    names.initialised,
    names.initialisedPartial,
  ];
}

/** What the configuration's files were before the switch. */
function originals({ names, plan }: OpenRun): string[] {
  const changes = "changes" in plan.switch ? plan.switch.changes : [];
  return changes.map((_, index) => names.originalOf(index));
}

function archive({ directory, plan }: OpenRun) {
  try {
    directory.archive(plan.run);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new JournalWriteError(
      `Cannot close the journal: ${cause.message}`,
      { cause },
    );
  }
}
