import { proc } from "./proc.ts";

/** A line of /proc/PID/mountinfo, see proc_pid_mountinfo(5). */
export interface MountLine {
  /** "major:minor" of the file system; not what stat(2) says for btrfs. */
  readonly device: string;
  /** What of the file system is mounted, as a path in it. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  /** A device such as "/dev/vda1", a ZFS dataset, … */
  readonly source: string;
  /** Of the mount and of the file system. */
  readonly options: readonly string[];
}

/** The mounts that a process sees; undefined if it has ended. */
export function mountsOf(pid: number | "self"): MountLine[] | undefined {
  const text = proc.text(`/proc/${pid}/mountinfo`);
  return text === undefined ? undefined : parseMountinfo(text);
}

export function parseMountinfo(text: string): MountLine[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [left = "", right = ""] = line.split(" - ", 2);
    const [, , device = "", root = "", point = "", own = ""] = left.split(" ");
    const [type = "", source = "", shared = ""] = right.split(" ");
    return {
      device,
      root: unescape(root),
      point: unescape(point),
      type,
      source: unescape(source),
      options: [...own.split(","), ...shared.split(",")],
    };
  });
}

/**
 * The mount that a real path (without links) is on. Later lines lie over
 * earlier ones at the same point.
 */
export function mountOver(
  mounts: readonly MountLine[],
  path: string,
): MountLine | undefined {
  return mounts.filter(({ point }) => isAtOrBelow(path, point))
    .reduce<MountLine | undefined>(
      (best, mount) =>
        best === undefined || mount.point.length >= best.point.length
          ? mount
          : best,
      undefined,
    );
}

/** What is mounted at a real path or below it. */
export function mountsBelow(
  mounts: readonly MountLine[],
  path: string,
): readonly string[] {
  return mounts.map(({ point }) => point)
    .filter((point) => isAtOrBelow(point, path));
}

export function isAtOrBelow(path: string, above: string): boolean {
  return path === above ||
    path.startsWith(above.endsWith("/") ? above : `${above}/`);
}

/** Space, tab, line feed and backslash are written as octal numbers. */
function unescape(field: string): string {
  return field.replace(
    /\\([0-7]{3})/g,
    (_, octal: string) => String.fromCharCode(parseInt(octal, 8)),
  );
}
