import type { Piece, TextPiece } from "./nix/texts.ts";

/** One place in one file. Offsets in UTF-16 units of its text. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** What stands there now; "" where something is added. */
  readonly old: string;
  readonly new: string;
}

/**
 * From the end, so that earlier offsets hold.
 *
 * @throws {Error} something else stands there by now
 */
export function applyEdits(
  text: string,
  edits: readonly Omit<Edit, "file">[],
): string {
  return [...edits].sort((a, b) => b.start - a.start).reduce(
    (all, { end, old, start, new: wanted }) => {
      if (all.slice(start, end) !== old) {
        throw new Error(`Cannot find "${old}" where it stood`);
      }
      return all.slice(0, start) + wanted + all.slice(end);
    },
    text,
  );
}

export function isSameEdit(a: Edit, b: Edit): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end &&
    a.new === b.new;
}

/** What can stand in a string of Nix, YAML or a unit file without quoting. */
const PLAIN = /^[\w.:/@+-]+$/;

/** One of the pieces that a text is made of, and what it must become. */
export interface Change {
  readonly piece: TextPiece;
  readonly new: string;
}

/**
 * The one piece that can change so that the whole becomes what is wanted.
 * Undefined where none can, or more than one could.
 */
export function changeOf(
  pieces: readonly TextPiece[],
  wanted: string,
): Change | undefined {
  const whole = joined(pieces);
  const changes: Change[] = [];
  let before = 0;
  for (const piece of pieces) {
    const behind = before + piece.text.length;
    const after = whole.length - behind;
    const fits = piece.text !== "" && wanted.length >= before + after &&
      wanted.startsWith(whole.slice(0, before)) &&
      wanted.endsWith(whole.slice(behind));
    const text = fits ? wanted.slice(before, wanted.length - after) : "";
    if (fits && canBecome(piece, text)) changes.push({ piece, new: text });
    before = behind;
  }
  return changes.length === 1 ? changes[0] : undefined;
}

function canBecome(piece: TextPiece, text: string): boolean {
  return piece.start >= 0 && text !== piece.text && PLAIN.test(text) &&
    (!piece.digits || /^\d+$/.test(text));
}

export function joined(pieces: readonly TextPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}

export function editOf({ piece, new: wanted }: Change): Edit {
  const { end, file, start, text } = piece;
  return { file, start, end, old: text, new: wanted };
}

/** Every piece is known. */
export function isKnown(
  pieces: readonly Piece[],
): pieces is readonly TextPiece[] {
  return pieces.every(({ kind }) => kind === "text");
}

/**
 * With what is unknown taken for anything, it could be that text. Each run of
 * known text is looked for once, behind the one before: no text, however long
 * or full of gaps, takes more than one walk.
 */
export function couldBe(pieces: readonly Piece[], text: string): boolean {
  const runs = [""];
  for (const piece of pieces) {
    const last = runs.length - 1;
    if (piece.kind !== "text") runs.push("");
    else runs[last] += piece.text;
    if ((runs[last]?.length ?? 0) > text.length) return false;
  }
  const [first = "", ...gaps] = runs;
  const end = gaps.pop();
  if (end === undefined) return first === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const run of gaps) {
    const found = text.indexOf(run, at);
    if (found < 0) return false;
    at = found + run.length;
  }
  return text.length - end.length >= at && text.endsWith(end);
}
