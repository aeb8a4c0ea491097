import type { Plan } from "../journal/plan.ts";
import type { StepId } from "../journal/step_id.ts";
import type { Checked } from "./check/checks.ts";
import type { Status, StepStatusEntry } from "./status.ts";
import type { Step } from "./step/step.ts";
import { bytes, duration, safe } from "./words.ts";

/** What a person reads. Text in, text out. */

const MARKS: Record<StepStatusEntry["status"], string> = {
  pending: " ",
  started: ">",
  failed: "!",
  done: "x",
  undoing: "<",
  undone: "-",
};

const CHECK_MARKS = { ok: "ok    ", warn: "note  ", refuse: "REFUSE" } as const;

export function planText(
  plan: Plan,
  checks: readonly Checked[],
  ladder: readonly Step[],
): string {
  return safe([
    `Upgrade "${plan.container}" (${plan.unit}) from ${plan.from.version} to ${plan.to.version}`,
    `  from   ${imageText(plan.from)}`,
    `  to     ${imageText(plan.to)}`,
    `  data   ${plan.volume.path}, ${
      bytes(plan.bytes)
    } on ${plan.volume.fsType}`,
    `  stops  ${
      plan.writers.map(({ unit }) => unit).join(", ") || "no other unit"
    }`,
    "",
    "Checks",
    ...checks.flatMap((check) => [
      `  ${CHECK_MARKS[check.level]}  ${check.name}: ${check.found}`,
      ...(check.remedy === undefined ? [] : [`          ${check.remedy}`]),
    ]),
    "",
    "The ladder",
    ...ladder.flatMap((step, index) => [
      `  ${index + 1}  ${step.id}: ${step.does}`,
      ...step.commands.map((command) => `       $ ${command}`),
      `       back: ${step.wayBack}`,
    ]),
    "",
    ...promises(plan, ladder),
  ].join("\n"));
}

/** When nothing serves, and until when the way back costs nothing. */
function promises(plan: Plan, ladder: readonly Step[]): string[] {
  const at = (id: StepId) => ladder.findIndex((step) => step.id === id) + 1;
  const written = plan.writers.some(({ active }) => active);
  const begin = at(written ? "stop-writers" : "close");
  const end = at(written ? "start-writers" : "start");
  const downtime =
    `The downtime begins at step ${begin} and ends with step ${end}.`;
  const commit = `"pgladder commit ${plan.container}"`;
  return plan.method === "minor"
    ? [
      `${downtime} A rollback loses nothing: both versions read the same data.`,
      `The old image stays until you type ${commit}.`,
    ]
    : [
      `${downtime} Until step ${at("start")} a rollback loses nothing.`,
      `The old data stay in ${plan.backup} until you type ${commit}.`,
    ];
}

/** The reference, and what it stands for: here, and at the registry. */
function imageText({ digest, id, reference }: Plan["from"]): string {
  return [reference, id.slice(0, 12), digest].filter(Boolean).join("  ");
}

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
