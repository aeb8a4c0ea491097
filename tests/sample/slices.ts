import type { RunLine } from "../../lib/configuration/run_line/run_line.ts";

/** The texts that the offsets point at. */
export function slices(source: string, line: RunLine | undefined) {
  return [
    source.slice(line?.image.start, line?.image.end),
    ...(line?.mounts ?? []).map(({ mountPathStart, mountPathEnd }) =>
      mountPathStart < 0 ? "-" : source.slice(mountPathStart, mountPathEnd)
    ),
  ];
}
