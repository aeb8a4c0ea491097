import type { Status, StepStatusEntry } from "./status.ts";
import { duration, safe } from "./words.ts";

/** What a person reads. Text in, text out. */

const MARKS: Record<StepStatusEntry["status"], string> = {
  pending: " ",
  started: ">",
  failed: "!",
  done: "x",
  undoing: "<",
  undone: "-",
};

export function statusText(status: Status): string {
  const lines = [
    `Run ${status.run} of "${status.container}": ${status.from.version} → ${status.to.version}, ${status.state}`,
    ...status.steps.map((step, index) => {
      const took = step.ms === undefined ? "" : `  ${duration(step.ms)}`;
      const phase = step.phase === undefined ? "" : `  ${phaseText(step)}`;
      return `  [${MARKS[step.status]}] ${index + 1}  ${
        step.id.padEnd(14)
      } ${step.status}${took}${phase}`;
    }),
    ...(status.message === ""
      ? []
      : ["", ...status.message.split("\n").map((line) => `  ${line}`)]),
    ...disagreementLines(status.disagreements ?? []),
    "",
    rollbackText(status),
  ];
  return `${safe(lines.join("\n"))}\n${closing(status)}`;
}

export function disagreementLines(
  all: readonly { found: string; remedy: string }[],
): string[] {
  return all.flatMap((
    { found, remedy },
  ) => ["", `  ! ${found}`, `    ${remedy}`]);
}

function rollbackText({ rollback, state }: Status): string {
  return ["committing", "committed", "rolled-back"].includes(state)
    ? "There is no way back."
    : `A rollback loses ${rollback.loses}.`;
}

/** What a step's job is doing, such as "dump shop 3 of 12 tables". */
export function phaseText({ phase, progress }: StepStatusEntry): string {
  return progress === undefined || progress.total === 0
    ? `${phase}`
    : `${phase} ${progress.done} of ${progress.total} ${progress.unit}`;
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
