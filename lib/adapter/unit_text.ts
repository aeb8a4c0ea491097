import * as v from "valibot";
import { PortError } from "../port/ports.ts";
import type { StartBlock } from "../port/units.ts";
import { readJson } from "../base/json.ts";

/** What systemd reads and prints, as text. */

/** "A=1\nB=2\n\nA=3" as `systemctl show` prints it: one table a unit. */
export function parseShow(text: string): ReadonlyMap<string, string>[] {
  return text.trim().split(/\n{2,}/).filter((block) => block !== "")
    .map((block) =>
      new Map(
        block.split("\n").map((line) => {
          const at = line.indexOf("=");
          return [line.slice(0, at), line.slice(at + 1)];
        }),
      )
    );
}

/**
 * What `busctl --json=short get-property` prints: a line for each property.
 *
 * @throws {PortError} it printed something else, or nothing
 */
export function parseProperties<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
): v.InferOutput<Schema>[] {
  return text.trim().split("\n").map((printed) => {
    const parsed = readJson(schema, printed);
    if (parsed.success) return parsed.output;
    throw new PortError("Cannot read what 'busctl get-property' prints");
  });
}

export function dropInText(block: StartBlock): string {
  const test = block.kind === "assert"
    ? "AssertPathExists"
    : "ConditionPathExists";
  // A percent sign would begin a specifier.
  const path = block.path.replaceAll("%", "%%");
  const lines = [
    "# Written by pgladder: the upgrade of a database is under way.",
    "# `pgladder status` says where it stands; do not remove this by hand.",
    "[Unit]",
    `${test}=${path}`,
  ];
  const service = block.service ?? [];
  if (service.length > 0) lines.push("[Service]", ...service);
  return `${lines.join("\n")}\n`;
}

/** The path that pgladder's drop-in waits for; undefined in any other text. */
export function heldPath(text: string): string | undefined {
  return /^(?:Assert|Condition)PathExists=(\/.*)$/m.exec(text)?.[1]
    ?.replaceAll("%%", "%");
}

/** A unit's object on the bus, as sd_bus_path_encode(3) makes it. */
export function busPath(unit: string): string {
  const encoded = [...new TextEncoder().encode(unit)].map((byte, index) => {
    const letter = String.fromCharCode(byte);
    const plain = index === 0 ? /[A-Za-z]/ : /[A-Za-z0-9]/;
    return plain.test(letter)
      ? letter
      : `_${byte.toString(16).padStart(2, "0")}`;
  });
  return `/org/freedesktop/systemd1/unit/${encoded.join("")}`;
}
