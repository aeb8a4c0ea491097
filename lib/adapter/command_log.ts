import { dirname } from "@std/path";
import { redactWords } from "../base/redact.ts";
import type { LoggedCommand } from "../run/command_log.ts";
import { lookAt } from "./durable.ts";
import { isOfTheHost } from "./host_error.ts";
import { type CommandRecord, onCommand } from "./process.ts";

/**
 * From now on keeps every command that has ended and was no question, a line
 * each: lib/run/command_log.ts reads them.
 */
export function logCommands(path: string): void {
  onCommand((record) => {
    try {
      append(path, record);
    } catch (error) {
      // A full disk must not stop an upgrade for the sake of a report.
      if (!isOfTheHost(error)) throw error;
    }
  });
}

function append(path: string, record: CommandRecord): void {
  const directory = dirname(path);
  // Not its parents: where the file system is gone, nothing stands in for it.
  if (lookAt(directory) === undefined) {
    Deno.mkdirSync(directory, { mode: 0o700 });
  }
  const options = { append: true, create: true, mode: 0o600 };
  using file = Deno.openSync(path, options);
  const ran: LoggedCommand = {
    at: new Date().toISOString(),
    ...record,
    command: [...redactWords(record.command)],
  };
  file.writeSync(new TextEncoder().encode(`${JSON.stringify(ran)}\n`));
}
