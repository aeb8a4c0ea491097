import { dirname } from "@std/path";
import { redactWords } from "../base/redact.ts";
import type { LoggedCommand } from "../run/command_log.ts";
import { PortError } from "../port/ports.ts";
import { createNew, lookAt } from "./durable.ts";
import { heldPlaces } from "./held_places.ts";
import { isOfTheHost } from "./host_error.ts";
import { type CommandRecord, onCommand } from "./process.ts";

/**
 * From now on keeps every command that has ended and was no question, a line
 * each: lib/run/command_log.ts reads them.
 */
export function logCommands(path: string): void {
  const log = new CommandLog(path);
  onCommand((record) => {
    try {
      log.append(record);
    } catch (error) {
      // A full disk must not stop an upgrade for the sake of a report.
      if (!isOfTheHost(error) && !(error instanceof PortError)) throw error;
    }
  });
}

class CommandLog {
  /** Of its directory, as it was at first. */
  #inode: number | null | undefined;

  constructor(readonly path: string) {}

  append(record: CommandRecord): void {
    const { path } = this;
    const directory = dirname(path);
    // Not its parents: where the file system is gone, nothing stands in for it.
    if (lookAt(directory) === undefined) makeDirectory(directory);
    const found = lookAt(directory);
    this.#inode ??= found?.ino;
    // Below a directory of somebody's another one may have its place by now.
    if (!found?.isDirectory || found.ino !== this.#inode) return;
    using file = lookAt(path) === undefined
      ? createNew(path)
      : Deno.openSync(path, { append: true });
    const ran: LoggedCommand = {
      at: new Date().toISOString(),
      ...record,
      command: [...redactWords(record.command)],
    };
    file.writeSync(new TextEncoder().encode(`${JSON.stringify(ran)}\n`));
  }
}

function makeDirectory(path: string): void {
  if (heldPlaces()?.makeDirectory(path) !== undefined) return;
  Deno.mkdirSync(path, { mode: 0o700 });
}
