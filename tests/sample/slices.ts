import type { RunLine } from "../../lib/configuration/run_line/run_line.ts";

/** The texts that the offsets point at. */
export function slices(source: string, line: RunLine | undefined) {
  return [
    source.slice(line?.image.start, line?.image.end),
    ...(line?.mounts ?? []).map(({ innerStart, innerEnd }) =>
      innerStart < 0 ? "-" : source.slice(innerStart, innerEnd)
    ),
  ];
}
