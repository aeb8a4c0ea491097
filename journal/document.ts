import * as v from "valibot";
import { type Entry, EntrySchema } from "./fact.ts";
import { sha256 } from "./sha256.ts";

/**
 * The journal as one JSON document. It is small (some tens of facts) and
 * always replaced whole, so a reader never meets half of one.
 */

/** What this program writes, and the newest that it can read and go on with. */
export const FORMAT = 1;

const EnvelopeSchema = v.looseObject({
  format: v.looseObject({
    name: v.literal("pgladder-journal"),
    minReader: v.number(),
    minWriter: v.number(),
  }),
  tool: v.string(),
  checksum: v.string(),
  entries: v.array(v.unknown()),
});

export interface Document {
  /** The version of pgladder that wrote it last. */
  readonly tool: string;
  readonly entries: readonly Entry[];
  /** False where a newer program has written what this one must not touch. */
  readonly writable: boolean;
}

/** The bytes are not what was written, or cannot have happened. */
export class DamagedJournalError extends Error {
  override name = "DamagedJournalError";
}

/** Written by a later program in a form that this one does not know. */
export class NewerJournalError extends Error {
  override name = "NewerJournalError";
}

/** One entry a line, so that a person and `jq` both can read it. */
export function formatDocument(
  entries: readonly Entry[],
  tool: string,
): string {
  const format = {
    name: "pgladder-journal",
    minReader: FORMAT,
    minWriter: FORMAT,
  };
  const checksum = checksumOf({ format, tool, entries });
  return [
    "{",
    `"format": ${JSON.stringify(format)},`,
    `"tool": ${JSON.stringify(tool)},`,
    `"checksum": ${JSON.stringify(checksum)},`,
    '"entries": [',
    entries.map((entry) => JSON.stringify(entry)).join(",\n"),
    "]",
    "}",
    "",
  ].join("\n");
}

/**
 * Reads a document.
 *
 * @throws {NewerJournalError} its form is newer than this program
 * @throws {DamagedJournalError} it is cut short, or a byte of it was changed
 */
export function parseDocument(text: string): Document {
  const envelope = v.safeParse(
    v.pipe(v.string(), v.parseJson(), EnvelopeSchema),
    text,
  );
  if (!envelope.success) {
    throw new DamagedJournalError(
      `Cannot read the journal: ${envelope.issues[0].message}`,
    );
  }
  const { format, tool, checksum, entries } = envelope.output;
  if (format.minReader > FORMAT) {
    throw new NewerJournalError(
      `Cannot read the journal: pgladder ${tool} wrote it in format ${format.minReader}, this program reads ${FORMAT}`,
    );
  }
  if (checksum !== checksumOf({ format, tool, entries })) {
    throw new DamagedJournalError(
      "Cannot trust the journal: its checksum does not fit its content",
    );
  }
  return {
    tool,
    entries: entries.map(readEntry),
    writable: format.minWriter <= FORMAT,
  };
}

/** @throws {DamagedJournalError} it is none, or not the one of this number */
export function readEntry(value: unknown, index: number): Entry {
  const entry = v.safeParse(EntrySchema, value);
  if (!entry.success) {
    const issue = entry.issues[0];
    throw new DamagedJournalError(
      `Cannot read entry ${index} of the journal: ${issue.message} at "${
        v.getDotPath(issue) ?? ""
      }"`,
    );
  }
  if (entry.output.seq !== index) {
    throw new DamagedJournalError(
      `Cannot read entry ${index} of the journal: it is numbered ${entry.output.seq}`,
    );
  }
  return entry.output;
}

function checksumOf(content: unknown): string {
  return `sha256:${sha256(JSON.stringify(content))}`;
}
