import { createHash } from "node:crypto";

/** A journal's content in any form, with the checksum that fits it. */
export function sealed(content: {
  format: unknown;
  tool: unknown;
  entries: unknown;
}): string {
  const { format, tool, entries } = content;
  const text = JSON.stringify({ format, tool, entries });
  const checksum = createHash("sha256").update(text).digest("hex");
  return JSON.stringify({
    format,
    tool,
    checksum: `sha256:${checksum}`,
    entries,
  });
}
