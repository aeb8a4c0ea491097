import { amountWords, paceWords } from "./progress_text.ts";
import type { StepStatusEntry } from "./step_status.ts";
import type { Status } from "./status.ts";
import { bytes, duration, safe } from "../base/format.ts";
import { columnsOf, hang } from "../base/wrap.ts";

/** What a person reads. Text in, text out. */

const MARKS: Record<StepStatusEntry["status"], string> = {
  pending: " ",
  started: ">",
  failed: "!",
  done: "x",
  undoing: "<",
  undone: "-",
};

/** A pgladder that was killed in these leaves them so. */
const MIDWAY: readonly Status["state"][] = [
  "open",
  "turned-back",
  "committing",
];

/** What a terminal has where nobody says. */
const COLUMNS = 80;

export function statusText(status: Status, columns = COLUMNS): string {
  const lines = [
    ...hang("Run ", titleOf(status).slice("Run ".length), columns),
    ...status.steps.flatMap((step, index) => stepLines(step, index, columns)),
    ...(status.message === ""
      ? []
      : ["", ...status.message.split("\n").map((line) => `  ${line}`)]),
    ...driftLines(status.disagreements ?? []),
    "",
    ...wayBack(status, columns),
  ];
  return `${safe(lines.join("\n"))}\n${closing(status)}`;
}

function titleOf(
  { at_work: atWork, container, from, run, state, to }: Status,
): string {
  const words =
    `Run ${run} of "${container}": ${from.version} → ${to.version}, ${state}`;
  if (!MIDWAY.includes(state) || atWork === undefined) return words;
  return `${words}, ${atWork ? "at work now" : "nobody is at work on it"}`;
}

/** Mark, time of day (UTC) when it was begun, how long it took, what it found. */
function stepLines(step: StepStatusEntry, index: number, columns: number) {
  const { id, measured = "", ms, status } = step;
  const begun = step.started_at?.slice(11, 19).concat("Z") ?? "";
  const took = ms === undefined ? "" : ` ${duration(ms).padStart(11)}`;
  const phase = step.phase === undefined ? measured : phaseText(step);
  const line = `  [${MARKS[status]}] ${index + 1}  ${id.padEnd(14)} ${
    status.padEnd(8)
  } ${begun.padEnd(9)}${took}`;
  return phase === ""
    ? [line.trimEnd()]
    : hang(`${line}  `, phase, Math.max(columns, columnsOf(line) + 25));
}

/** Several runs, a few lines each. */
export function statusList(all: readonly Status[]): string {
  return safe([
    `${all.length} runs on this host`,
    ...all.flatMap((status) => {
      const step = status.steps.find(({ id }) => id === status.step);
      const phase = step?.phase === undefined ? "" : `, ${phaseText(step)}`;
      return [
        "",
        titleOf(status),
        ...(step === undefined ? [] : [`  ${step.id}: ${step.status}${phase}`]),
        `  ${status.database.words}`,
        `  → ${status.next.join("   or   ") || "nothing to do"}`,
      ];
    }),
    "",
    'All of one: "pgladder status CONTAINER"',
  ].join("\n"));
}

export function driftLines(
  all: readonly { found: string; remedy: string }[],
): string[] {
  return all.flatMap((
    { found, remedy },
  ) => ["", `  ! ${found}`, `    ${remedy}`]);
}

function wayBack({ rollback, state }: Status, columns: number): string[] {
  const label = "Way back: ";
  if (state === "rolled-back") return [`${label}done; the run is closed`];
  if (state === "committing") {
    return [`${label}none; the old data are being removed`];
  }
  if (state === "committed") return [`${label}none; the old data are gone`];
  const [top = ""] = rollback.moves.map((move) => move.split(":")[0]);
  const steps = rollback.moves.length === 0
    ? "nothing is to be undone"
    : `undoes ${rollback.moves.length} step${
      rollback.moves.length === 1 ? "" : "s"
    }, ${top} first`;
  const { taken } = rollback;
  // Nothing at the last checkpoint says nothing of what came after it.
  const so = taken === undefined
    ? ""
    : taken.transactions + taken.bytes === 0
    ? taken.exact ? "" : ": how much is unknown until it is stopped cleanly"
    : `: ${
      taken.exact ? "" : "by its last checkpoint at least "
    }${taken.transactions} transactions, ${bytes(taken.bytes)} of WAL`;
  return hang(label, `${steps}; loses ${rollback.loses}${so}.`, columns);
}

/** What a step's job is doing, such as "dump shop 3 of 12 tables". */
export function phaseText({ phase, progress }: StepStatusEntry): string {
  return progress === undefined || progress.total === 0
    ? `${phase}`
    : [`${phase} ${amountWords(progress)}`, ...paceWords(progress)].join(", ");
}

/** Every way out ends so: the database, what to type, where everything is. */
export function closing({ database, journal, log, next }: Status): string {
  const kept = database.kept === undefined ? "" : `, kept ${database.kept}`;
  return safe([
    `Database: ${database.words}.`,
    `Next:     ${next.length === 0 ? "nothing to do" : next.join("   or   ")}`,
    `Where:    journal ${journal}, logs ${log}, data ${database.volume}${kept}`,
  ].join("\n"));
}
