import type { StatusProgress } from "../job/progress.ts";
import type { LadderStatus, StepStatusEntry } from "./step_status.ts";
import { bytes, duration, safeLine } from "../base/format.ts";
import { columnsOf, cut } from "../base/wrap.ts";

/** How far the current step is, in the last lines of a terminal or of a log. */
export interface Meter {
  /** What the step's job is at; the step itself where it has none. */
  readonly doing: string;
  readonly progress?: StatusProgress;
  /** Since the step was begun. */
  readonly seconds: number;
  /** Since the downtime began, as long as it lasts. */
  readonly downtimeSeconds?: number;
}

const INDENT = " ".repeat(6);
const BAR_MOST = 30;
const BAR_LEAST = 8;
/** What a name may take of a line, before it is cut. */
const NAME_SHARE = 0.4;
/** Sessions that are named. */
const NOW_SHOWN = 4;

/** Undefined where no step is under way. */
export function meterOf(
  { downtime_since: since, step, steps }: Pick<
    LadderStatus,
    "downtime_since" | "step" | "steps"
  >,
  at: string,
): Meter | undefined {
  const entry = steps.find(({ id }) => id === step);
  if (entry === undefined || !isUnderWay(entry)) return undefined;
  const secondsSince = (begun: string) =>
    Math.max(0, (Date.parse(at) - Date.parse(begun)) / 1000);
  return {
    doing: entry.phase ?? entry.id,
    ...(entry.progress === undefined ? {} : { progress: entry.progress }),
    seconds: secondsSince(entry.started_at ?? at),
    ...(since === undefined ? {} : { downtimeSeconds: secondsSince(since) }),
  };
}

const isUnderWay = ({ status }: StepStatusEntry) =>
  status === "started" || status === "undoing";

export function meterLines(meter: Meter, columns: number): string[] {
  return [
    headLine(meter, columns),
    INDENT + detailWords(meter.progress).join(", "),
    INDENT + downtimeWords(meter),
  ].filter((line) => line.trim() !== "")
    .map((line) => cut(safeLine(line), columns));
}

/** The same in one line, for a log: it is never cut. */
export function meterWords(meter: Meter): string {
  const { doing, progress, seconds } = meter;
  const known = progress !== undefined && progress.total > 0;
  return safeLine(
    INDENT + [
      [doing, amountWords(progress)].filter((word) => word !== "").join(" "),
      ...(known ? [percentWords(progress)] : []),
      ...paceWords(progress),
      ...detailWords(progress),
      ...(known ? [] : [sinceWords(progress, seconds)]),
      downtimeWords(meter),
    ].filter((word) => word !== "").join(", "),
  );
}

/** Name, bar, figures: as much of them as there is room for. */
function headLine({ doing, progress, seconds }: Meter, columns: number) {
  const name = INDENT +
    cut(safeLine(doing), Math.max(10, Math.floor(columns * NAME_SHARE)));
  if (progress === undefined || progress.total === 0) {
    return `${name} ${
      [amountWords(progress), sinceWords(progress, seconds)]
        .filter((word) => word !== "").join(", ")
    }`.trimEnd();
  }
  const [amount, percent] = [amountWords(progress), percentWords(progress)];
  const pace = paceWords(progress);
  const left = pace.slice(-1);
  for (
    const words of [
      [amount, percent, ...pace],
      [amount, percent, ...left],
      [percent, ...left],
      [percent],
    ]
  ) {
    const tail = words.join(", ");
    const room = columns - columnsOf(`${name} [] ${tail}`);
    if (room < BAR_LEAST) continue;
    return `${name} ${
      bar(shareOf(progress), Math.min(BAR_MOST, room))
    } ${tail}`;
  }
  return `${name} ${percent}`;
}

/** Of the phase, where there is one: the step's time would not be its. */
function sinceWords(progress: StatusProgress | undefined, seconds: number) {
  const known = progress === undefined ? seconds : progress.seconds;
  return known === undefined ? "" : duration(known * 1000);
}

function bar(share: number, width: number): string {
  const full = Math.floor(share * width);
  return `[${"#".repeat(full)}${".".repeat(width - full)}]`;
}

/** Never more than the whole, and not all of it before the phase has ended. */
const shareOf = ({ done, total }: StatusProgress) =>
  Math.max(0, Math.min(0.99, done / total));

const percentWords = (progress: StatusProgress) =>
  `${Math.floor(shareOf(progress) * 100)} %`;

/** Such as "4.1 of 12.3 GiB" or "3 of 12 tables". */
export function amountWords(progress: StatusProgress | undefined): string {
  if (progress === undefined) return "";
  const { done, total, unit } = progress;
  if (total === 0) return done === 0 ? "" : countWords(done, unit);
  const [most, least] = [countWords(total, unit), countWords(done, unit)];
  const [, word = ""] = most.split(" ");
  return `${
    least.endsWith(` ${word}`) ? least.slice(0, -word.length - 1) : least
  } of ${most}`;
}

const countWords = (count: number, unit: string) =>
  unit === "bytes" ? bytes(count) : `${Math.round(count)} ${unit}`.trim();

/** Rate and time left, the latter last. */
export function paceWords(progress: StatusProgress | undefined): string[] {
  const { left_seconds: left, rate, unit } = progress ?? {};
  return [
    ...(rate === undefined || unit !== "bytes" ? [] : [`${bytes(rate)}/s`]),
    ...(left === undefined ? [] : [`${duration(left * 1000)} left`]),
  ];
}

function detailWords(progress: StatusProgress | undefined): string[] {
  const { indexes, now = [], tables } = progress ?? {};
  return [
    ...(tables === undefined ? [] : [`tables ${ofWords(tables)}`]),
    ...(indexes === undefined ? [] : [`indexes ${ofWords(indexes)}`]),
    ...now.slice(0, NOW_SHOWN).map(({ done, name, total, unit, what }) =>
      `${what} ${name}${
        total > 0
          ? ` ${Math.floor(Math.min(1, done / total) * 100)} %`
          : done > 0
          ? ` ${countWords(done, unit)}`
          : ""
      }`
    ),
  ];
}

const ofWords = ({ done, total }: { done: number; total: number }) =>
  `${done} of ${total}`;

function downtimeWords({ downtimeSeconds }: Meter): string {
  return downtimeSeconds === undefined
    ? ""
    : `downtime so far ${duration(downtimeSeconds * 1000)}`;
}
