import * as v from "valibot";
import { readJson } from "../base/json.ts";
import { PortError } from "../port/ports.ts";

/** @throws {PortError} the command printed something else */
export function parseJson(text: string, command: readonly string[]): unknown {
  const printed = readJson(v.unknown(), text);
  if (printed.success) return printed.output;
  // The text holds the container's environment: it must not be shown.
  throw new PortError(`Command '${command.join(" ")}' printed no JSON`);
}
