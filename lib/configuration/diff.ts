/** A place in a text, and what is to stand there. Offsets in UTF-16 units. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly new: string;
}

/** Lines `from` up to `to` of the old text, and what they become. */
interface Region {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

const CONTEXT = 3;

/** What the replacements change in a file, as `diff -u` shows it. */
export function unifiedDiff(
  path: string,
  text: string,
  replacements: readonly Replacement[],
): string {
  const before = linesOf(text);
  const regions = regionsOf(text, before, replacements);
  const shown = [`--- ${path}`, `+++ ${path}`];
  let shift = 0;
  for (const group of grouped(regions)) {
    const first = group[0]?.from ?? 0;
    const start = Math.max(0, first - CONTEXT);
    const end = Math.min(before.length, (group.at(-1)?.to ?? 0) + CONTEXT);
    const body: string[] = [];
    let at = start;
    let growth = 0;
    for (const { from, lines, to } of group) {
      body.push(...before.slice(at, from).map((line) => ` ${line}`));
      body.push(...before.slice(from, to).map((line) => `-${line}`));
      body.push(...lines.map((line) => `+${line}`));
      growth += lines.length - (to - from);
      at = to;
    }
    body.push(...before.slice(at, end).map((line) => ` ${line}`));
    const length = end - start;
    shown.push(
      `@@ -${start + 1},${length} +${start + 1 + shift},${length + growth} @@`,
      ...body,
    );
    shift += growth;
  }
  return shown.join("\n");
}

const NO_END = "\n\\ No newline at end of file";

/** Without their ends; what the last one lacks, it says. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop();
  if (last !== undefined && last !== "") lines.push(`${last}${NO_END}`);
  return lines;
}

function regionsOf(
  text: string,
  before: readonly string[],
  replacements: readonly Replacement[],
): Region[] {
  const lineAt = (offset: number) =>
    text.slice(0, offset).split("\n").length - 1;
  const starts = offsetsOf(text);
  const sorted = [...replacements].sort((a, b) => a.start - b.start);
  const regions: Region[] = [];
  for (let index = 0; index < sorted.length;) {
    const from = lineAt(sorted[index]?.start ?? 0);
    let to = from;
    let changed = "";
    let at = starts[from] ?? 0;
    // All that touch the same lines are one region.
    for (; index < sorted.length; index++) {
      const { end = 0, new: added = "", start = 0 } = sorted[index] ?? {};
      if (changed !== "" && lineAt(start) > to) break;
      changed += text.slice(at, start) + added;
      at = end;
      to = lineAt(end);
    }
    changed += text.slice(at, starts[to + 1] ?? text.length);
    const whole = { from, to: to + 1, lines: linesOf(changed) };
    regions.push(withoutCommon(before, whole));
  }
  return regions;
}

/** Where each line begins. */
function offsetsOf(text: string): number[] {
  const offsets = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    offsets.push(at + 1);
  }
  return offsets;
}

/** Lines that stay as they are do not belong to it. */
function withoutCommon(before: readonly string[], region: Region): Region {
  let { from, to } = region;
  const lines = [...region.lines];
  while (from < to && lines.length > 0 && before[from] === lines[0]) {
    from++;
    lines.shift();
  }
  while (to > from && lines.length > 0 && before[to - 1] === lines.at(-1)) {
    to--;
    lines.pop();
  }
  return { from, to, lines };
}

/** Those whose context would touch. */
function grouped(regions: readonly Region[]): Region[][] {
  const groups: Region[][] = [];
  for (const region of regions) {
    const last = groups.at(-1);
    const near = (last?.at(-1)?.to ?? -Infinity) + 2 * CONTEXT >= region.from;
    if (last !== undefined && near) last.push(region);
    else groups.push([region]);
  }
  return groups;
}
