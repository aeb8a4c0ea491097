import { type Edit } from "./edit.ts";
import { type EditTarget, isMountAlone, type Placement } from "./target.ts";
import { samePath } from "./would_run.ts";

/** A value in a unit file of podman's, see podman-systemd.unit(5). */
interface Line {
  readonly file: string;
  readonly key: string;
  readonly value: string;
  /** Of the value's first letter. */
  readonly at: number;
}

type Texts = ReadonlyMap<string, string>;

/** The last `Image=` of a `.container` file and its drop-ins counts. */
export function imageOf(container: Texts): Line | undefined {
  return linesIn(container, "Container").findLast(isImage);
}

const isImage = ({ key }: Line) => key === "Image";

/**
 * Where a `.container` file and its drop-ins, in the order in which they are
 * read, name the image and mount the volume. The image may be that of an
 * `.image` unit, of which the files are given, too.
 */
export function placeQuadlet(
  target: EditTarget,
  container: Texts,
  imageUnit: Texts = new Map(),
): Placement {
  const lines = linesIn(container, "Container");
  const byHand = quadletByHand(target);
  const none = (problem: string): Placement => ({
    kind: "none",
    problem,
    byHand,
  });
  const named = lines.findLast(isImage);
  if (named === undefined) return none("No Image= is in its files");
  const image = lineOfImage(named, imageUnit);
  if (typeof image === "string") return none(image);
  if (image.value !== target.from.image) {
    return none(
      `"${image.file}" names ${image.value}, not ${target.from.image}, which runs`,
    );
  }
  const stays = isMountAlone(target);
  const edits = stays ? [] : [editOf(image, 0, image.value, target.to.image)];
  if (target.mount !== undefined) {
    const mounts = mountEdits(lines, target.mount);
    const [mount, ...more] = mounts;
    if (mount === undefined || more.length > 0) {
      return none(
        `Cannot find one Volume=${target.mount.volume}:${target.mount.fromPath}`,
      );
    }
    edits.push(mount);
  }
  return {
    kind: "placed",
    edits,
    found: stays ? `the mount in ${edits[0]?.file}` : `Image= in ${image.file}`,
    added: false,
  };
}

/** What a person would write. */
export function quadletByHand(target: EditTarget): readonly string[] {
  const { mount, to } = target;
  return [
    ...isMountAlone(target) ? [] : [`Image=${to.image}`],
    ...mount === undefined ? [] : [`Volume=${mount.volume}:${mount.toPath}`],
  ];
}

/** The line itself, or that of the unit which it names; else why none, a phrase. */
function lineOfImage(named: Line, imageUnit: Texts): Line | string {
  const { file, value } = named;
  if (value.endsWith(".build")) {
    return `"${file}" takes its image from ${value}, which builds it`;
  }
  if (!value.endsWith(".image")) return named;
  const lines = linesIn(imageUnit, "Image");
  const image = lines.findLast(isImage);
  if (image === undefined) {
    return `"${file}" names ${value}, and no such file has an Image=`;
  }
  const tag = lines.find(({ key, value }) =>
    key === "ImageTag" && value !== ""
  );
  if (tag === undefined) return image;
  return `"${tag.file}" gives the image a name of its own, ${tag.value}`;
}

/** Volume=SOURCE:INNER[:OPTIONS] and Mount=type=bind,…,destination=INNER. */
function mountEdits(
  lines: readonly Line[],
  { fromPath, toPath, volume }: NonNullable<EditTarget["mount"]>,
): Edit[] {
  return lines.flatMap((line) => {
    if (line.key === "Volume") {
      const [source = "", inner = ""] = line.value.split(":");
      const fits = samePath(inner, fromPath) &&
        (!source.startsWith("/") || samePath(source, volume));
      return fits ? [editOf(line, source.length + 1, inner, toPath)] : [];
    }
    if (line.key !== "Mount") return [];
    const found = /(?:^|,)(?:dst|destination|target)=([^,]*)/.exec(line.value);
    const inner = found?.[1] ?? "";
    if (found === null || !samePath(inner, fromPath)) return [];
    const at = found.index + found[0].length - inner.length;
    return [editOf(line, at, inner, toPath)];
  });
}

function editOf(
  { at, file }: Line,
  from: number,
  old: string,
  wanted: string,
): Edit {
  const start = at + from;
  return { file, start, end: start + old.length, old, new: wanted };
}

function linesIn(texts: Texts, section: string): Line[] {
  return [...texts].flatMap(([file, text]) => linesOf(file, text, section));
}

/** Assignments of one section; what is continued is left out. */
function linesOf(file: string, text: string, wanted: string): Line[] {
  const found: Line[] = [];
  let section = "";
  let at = 0;
  let continued = false;
  for (const line of text.split("\n")) {
    const header = /^\s*\[(.*)\]\s*$/.exec(line);
    const assignment = /^(\s*([A-Za-z]+)\s*=\s*)(.*?)\s*$/.exec(line);
    const goesOn = line.endsWith("\\");
    if (!continued && header !== null) section = header[1] ?? "";
    else if (
      !continued && !goesOn && section === wanted && assignment !== null
    ) {
      const [, before = "", key = "", value = ""] = assignment;
      found.push({ file, key, value, at: at + before.length });
    }
    continued = goesOn && !/^\s*[#;]/.test(line);
    at += line.length + 1;
  }
  return found;
}
