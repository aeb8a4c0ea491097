import { normalize } from "@std/path";
import { type Configuration, startsWith } from "./configuration.ts";
import { type Edit, isKnown, joined } from "../edit.ts";
import type { Piece, TextPiece } from "./texts.ts";
import type { Site } from "./assignments.ts";
import type { MountChange } from "../target.ts";

/**
 * The one place where the container mounts the volume: "/srv/db:/INNER", an
 * item `{ inner = "/INNER"; }`, or an option of the runtime. Else a phrase.
 */
export function mountEdit(
  move: MountChange,
  image: Site,
  configuration: Configuration,
): Edit | string {
  const found = siblings(image, configuration).flatMap((site) => {
    const values = configuration.textOf(site);
    const [pieces] = values;
    return values.length === 1 && pieces ? editsIn(pieces, move) : [];
  });
  const [edit, ...more] = found;
  const what = `"${move.volume}:${move.fromPath}"`;
  if (edit === undefined) {
    return `Cannot find ${what} among what is set beside the image`;
  }
  return more.length === 0 ? edit : `${what} stands in more than one place`;
}

/** What is no mount, though it may have the same path in it. */
const OTHER = /^(environment|environmentFiles|image|cmd|entrypoint|ports)$/;

/** What is set for the same container. */
function siblings(
  { file, path, rooted, within }: Site,
  { sites }: Configuration,
): readonly Site[] {
  const parent = path.slice(0, -1);
  return sites.filter((site) => {
    const same = rooted
      ? site.rooted && startsWith(site.path, parent)
      : within !== undefined && site.file === file &&
        within.start < site.expression.start &&
        site.expression.end < within.end;
    return same && !OTHER.test(site.path[parent.length] ?? "");
  });
}

function editsIn(pieces: readonly Piece[], move: MountChange): Edit[] {
  return pieces.flatMap((piece, at) => {
    if (piece.kind !== "text" || piece.start < 0) return [];
    const before = pieces.slice(0, at);
    return editsInPiece(piece, before, at === pieces.length - 1, move);
  });
}

/** The path between its borders, with or without a slash at its end. */
function editsInPiece(
  piece: TextPiece,
  before: readonly Piece[],
  isLast: boolean,
  { fromPath, toPath, volume }: MountChange,
): Edit[] {
  const pattern = new RegExp(
    `(^|:|=)(${RegExp.escape(fromPath)})/?(?=$|[:,])`,
    "g",
  );
  return [...piece.text.matchAll(pattern)].flatMap((match) => {
    const border = match[1] ?? "";
    const at = match.index + border.length;
    const end = at + fromPath.length;
    // At a border of the piece the text goes on in another one.
    if (border === "" && before.length > 0) return [];
    if (end >= piece.text.length && !isLast) return [];
    const source = border === ":"
      ? [...before, { ...piece, text: piece.text.slice(0, match.index) }]
      : [];
    if (!couldBeVolume(source, volume)) return [];
    const start = piece.start + at;
    return [{
      file: piece.file,
      start,
      end: start + fromPath.length,
      old: fromPath,
      new: toPath,
    }];
  });
}

/** An absolute path must be the volume's; a name, or what is unknown, may be. */
function couldBeVolume(pieces: readonly Piece[], volume: string): boolean {
  if (!isKnown(pieces)) return true;
  const source = joined(pieces).replace(/^.*=/s, "");
  if (!source.startsWith("/")) return true;
  const plain = (path: string) => normalize(path).replace(/(?<=.)\/$/, "");
  return plain(source) === plain(volume);
}
