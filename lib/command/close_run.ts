import { join } from "@std/path";
import { namesOf } from "../names.ts";
import { removePointer, writePointer } from "../runs.ts";
import type { App } from "./command.ts";
import type { OpenRun } from "./open_run.ts";

/**
 * After the journal says that the run is closed: what it worked with goes, the
 * journal goes to the history. Each deed may be done twice.
 */
export async function closeRun(app: App, run: OpenRun) {
  const { directory, plan } = run;
  const { files } = app.ports;
  const names = namesOf(plan);
  for (
    const path of [
      names.jobs,
      names.empty,
      names.original,
      names.unlogged,
      names.plug,
      directory.reservePath,
    ]
  ) await files.remove(path);
  directory.archive(plan.run);
  await removePointer(plan.run, app.ports);
  // What a rollback kept is found again by its pointer, until it is committed.
  if (await files.look(names.aborted) !== undefined) {
    await writePointer(plan.run, {
      container: plan.container,
      volume: plan.volume.path,
    }, app.ports);
  }
  await files.remove(join(plan.state.path, "lock"));
  directory.unlock();
}
