import { PortError } from "../port/ports.ts";

/** @throws {PortError} the command printed something else */
export function parseJson(text: string, command: readonly string[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The text holds the container's environment: it must not be shown.
    throw new PortError(`Command '${command.join(" ")}' printed no JSON`);
  }
}
