import type { Mount } from "../port/containers.ts";

/** The innermost mount of a container that a data directory lies in. */
export function dataMountOf(
  mounts: readonly Mount[],
  dataDirectory: string,
): Mount | undefined {
  return mounts
    .filter(({ mountPath }) => isBelow(dataDirectory, mountPath))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
}

/** The path is the directory or lies below it. */
export function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
