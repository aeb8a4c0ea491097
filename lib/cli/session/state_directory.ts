import { join } from "@std/path";
import { JournalDirectory } from "../../../journal/directory.ts";
import { Failure } from "../../base/failure.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import { openJournal } from "../../run/registry.ts";
import type { App } from "../command/command.ts";

/** Makes the directory beside the volume where it is missing; its inode. */
export async function makeStateDirectory(
  app: App,
  volume: string,
): Promise<string> {
  const { files } = app.ports;
  const path = stateDirectoryOf(volume);
  if (await files.look(path) === undefined) {
    await files.makeDirectory(path, { uid: 0, gid: 0, mode: 0o700 });
  }
  const found = await files.look(path);
  if (
    found?.kind !== "directory" || found.owner.uid !== 0 ||
    (found.owner.mode & 0o077) !== 0
  ) {
    throw new Failure("foreign", {
      found: `"${path}" is not a directory that root alone may enter`,
      hint: "Move it away, since pgladder keeps its journal there",
    });
  }
  return found.inode;
}

/**
 * Takes the lock that a run takes, for something that is none.
 *
 * @throws {Failure} another process has it, or a run is open
 */
export async function lockState(
  app: App,
  { container, volume }: { container: string; volume: { path: string } },
): Promise<JournalDirectory> {
  await makeStateDirectory(app, volume.path);
  const directory = new JournalDirectory(stateDirectoryOf(volume.path));
  if (!directory.tryLock()) throw new Failure("locked", { container });
  const { journal } = await openJournal(volume.path, app);
  const { plan } = journal.state;
  if (plan === undefined) return directory;
  directory.unlock();
  throw new Failure("open-run", { run: plan.run, container });
}

/** Lets go of the lock; of the directory nothing stays that is empty. */
export async function letGo(
  app: App,
  volume: string,
  directory: JournalDirectory,
) {
  const { files } = app.ports;
  const path = stateDirectoryOf(volume);
  const names = await files.list(path) ?? [];
  await files.remove(names.join() === "lock" ? path : join(path, "lock"));
  directory.unlock();
}
