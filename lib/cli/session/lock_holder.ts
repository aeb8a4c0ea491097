import type { App } from "../command/command.ts";

/**
 * Some process holds the lock of the run whose journal this is: asked without
 * taking it.
 */
export async function isAtWork(app: App, journal: string): Promise<boolean> {
  const lock = journal.replace(/journal\.json$/, "lock");
  const file = await app.ports.files.look(lock);
  if (file === undefined) return false;
  const locks = await app.ports.files.readText("/proc/locks") ?? "";
  return locks.split("\n").some((line) => line.includes(`:${file.inode} `));
}
