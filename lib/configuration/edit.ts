import type { Piece, TextPiece } from "./nix/resolve.ts";

/** One place in one file. Offsets in UTF-16 units of its text. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** What stands there now; "" where something is added. */
  readonly old: string;
  readonly new: string;
}

/** From the end, so that earlier offsets hold. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
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

/** What can stand in a string of Nix, YAML or a unit file as it is. */
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
  const changes: Change[] = [];
  pieces.forEach((piece, at) => {
    const before = joined(pieces.slice(0, at));
    const after = joined(pieces.slice(at + 1));
    if (piece.text === "" || wanted.length < before.length + after.length) {
      return;
    }
    if (!wanted.startsWith(before) || !wanted.endsWith(after)) return;
    const text = wanted.slice(before.length, wanted.length - after.length);
    if (canBecome(piece, text)) changes.push({ piece, new: text });
  });
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

/** With what is unknown taken for anything, it could be that text. */
export function couldBe(pieces: readonly Piece[], text: string): boolean {
  const pattern = pieces.map((piece) =>
    piece.kind === "text" ? RegExp.escape(piece.text) : ".*"
  ).join("");
  return new RegExp(`^${pattern}$`, "s").test(text);
}
