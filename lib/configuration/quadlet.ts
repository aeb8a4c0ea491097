import { type Edit } from "./edit.ts";
import type { EditTarget, Placement } from "./target.ts";
import { samePath } from "./would_run.ts";

/** A value in a unit file of podman's, see podman-systemd.unit(5). */
interface Line {
  readonly file: string;
  readonly key: string;
  readonly value: string;
  /** Of the value's first letter. */
  readonly at: number;
}

/**
 * Where a `.container` file and its drop-ins, in the order in which they are
 * read, name the image and mount the volume: the last `Image=` counts.
 */
export function placeQuadlet(
  target: EditTarget,
  texts: ReadonlyMap<string, string>,
): Placement {
  const lines = [...texts].flatMap(([file, text]) => linesOf(file, text));
  const byHand = [`Image=${target.to.image}`];
  if (target.mount !== undefined) {
    byHand.push(`Volume=${target.mount.volume}:${target.mount.toPath}`);
  }
  const none = (problem: string): Placement => ({
    kind: "none",
    problem,
    byHand,
  });
  const image = lines.findLast(({ key }) => key === "Image");
  if (image === undefined) return none("No Image= is in its files");
  if (image.value !== target.from.image) {
    return none(
      `"${image.file}" names ${image.value}, not ${target.from.image}, which runs`,
    );
  }
  const edits = [editOf(image, 0, image.value, target.to.image)];
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
    found: `Image= in ${image.file}`,
    added: false,
  };
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

/** Assignments of the section [Container]; what is continued is left out. */
function linesOf(file: string, text: string): Line[] {
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
      !continued && !goesOn && section === "Container" && assignment !== null
    ) {
      const [, before = "", key = "", value = ""] = assignment;
      found.push({ file, key, value, at: at + before.length });
    }
    continued = goesOn && !/^\s*[#;]/.test(line);
    at += line.length + 1;
  }
  return found;
}
