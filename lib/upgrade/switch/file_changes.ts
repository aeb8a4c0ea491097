import { applyEdits } from "../../configuration/edit.ts";
import { sha256 } from "../../../journal/sha256.ts";
import type { Change, Plan } from "../../../journal/plan.ts";
import type { RunContext } from "../../run/context.ts";
import type { Ports } from "../../port/ports.ts";
import { WaitingError } from "../contract.ts";

/**
 * Changes of single values in files of the operator's. What is written was
 * decided by the plan, down to the checksum of the whole file; a file that
 * somebody else has changed since is theirs, and is not touched.
 */

type Direction = "apply" | "undo";

interface How {
  readonly direction: Direction;
  /** What a person types who has changed the files; none: nothing. */
  readonly load: string | undefined;
}

/** What is written into files of that name: where the image stays, its mount. */
export function writtenWords({ from, to }: Plan, names: string): string {
  return from.reference === to.reference && from.inner !== to.inner
    ? `mounts the volume at ${to.inner} in ${names}`
    : `names ${to.reference} in ${names}`;
}

/** Their names; words where a refused plan has found none. */
export function filesOf(changes: readonly Change[]): string {
  return changes.map(({ file }) => `"${file}"`).join(" and ") ||
    "the configuration";
}

/** Brings every file to what it is to be, in order; undone in reverse. */
export async function writeChanges(
  { names, ports: { files } }: RunContext,
  changes: readonly Change[],
  how: How,
): Promise<void> {
  const { direction } = how;
  const { originalOf } = names;
  const numbered = [...changes.entries()];
  if (direction === "undo") numbered.reverse();
  const texts = new Map<number, string>();
  for (const [index, change] of numbered) {
    const wanted = direction === "apply" ? change.after : change.before;
    const text = await requireOurs(files, change, how);
    if (sha256(text) === wanted) continue;
    if (direction === "apply") await files.writeText(originalOf(index), text);
    texts.set(index, swapped(text, change, direction));
  }
  // All were looked at before the first one is written.
  for (const [index, { file }] of numbered) {
    const text = texts.get(index);
    if (text !== undefined) await files.writeText(file, text);
  }
}

/** One of the files still holds what was written. */
export async function holdsChanges(
  { files }: Ports,
  changes: readonly Change[],
): Promise<boolean> {
  for (const { after, file } of changes) {
    const text = await files.readText(file);
    if (text !== undefined && sha256(text) === after) return true;
  }
  return false;
}

/** For a person: where, and from what to what. */
export function changeLines(changes: readonly Change[]): string[] {
  return changes.flatMap(({ edits, file }) =>
    edits.map(({ new: wanted, old }) =>
      old === ""
        ? `# ${file}: add ${wanted.trim()}`
        : `# ${file}: "${old}" → "${wanted}"`
    )
  );
}

/** Has systemd read its files again. */
export const LOAD = "systemctl daemon-reload";

/** @throws {WaitingError} it is neither as it was nor as we wrote it */
async function requireOurs(
  files: Ports["files"],
  { after, before, edits, file }: Change,
  { direction, load }: How,
): Promise<string> {
  const text = await files.readText(file);
  if (text !== undefined && [before, after].includes(sha256(text))) return text;
  const wanted = edits.map((edit) =>
    direction === "apply"
      ? `"${edit.old}" → "${edit.new}"`
      : `"${edit.new}" → "${edit.old}"`
  );
  const typing = load === undefined ? "" : `. Then type "${load}"`;
  throw new WaitingError(
    text === undefined
      ? `"${file}" is gone: make the configuration say ${
        wanted.join(", ")
      }${typing}`
      : `"${file}" was changed by someone else since: change it yourself (${
        wanted.join(", ")
      })${typing}`,
  );
}

/** @throws {Error} the checksum says no: nothing is written */
function swapped(text: string, change: Change, direction: Direction): string {
  const undone = direction === "undo" ? unchanged(text, change) : undefined;
  const result = undone ?? applyEdits(text, change.edits);
  const wanted = direction === "apply" ? change.after : change.before;
  if (sha256(result) !== wanted) {
    throw new Error(`The planned change no longer fits "${change.file}"`);
  }
  return result;
}

/** The file as it was, from the file as it was written. */
function unchanged(text: string, { edits }: Change): string {
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) {
    const shift = edits.filter(({ start }) => start < edit.start)
      .reduce((sum, it) => sum + it.new.length - it.old.length, 0);
    const at = edit.start + shift;
    result = result.slice(0, at) + edit.old +
      result.slice(at + edit.new.length);
  }
  return result;
}
