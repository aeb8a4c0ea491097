import { asksFirst, type Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";
import type { Checked } from "../plan/check/checks.ts";
import { downtimeSteps } from "../run/downtime.ts";
import {
  type Estimate,
  estimateDowntime,
  estimateSpace,
  estimateStep,
} from "../plan/estimate.ts";
import type { Facts } from "../plan/facts/facts.ts";
import { matchingRehearsal } from "../run/rehearsal_record.ts";
import { isServed, promises, spanWords } from "./plan_promises.ts";
import type { Step } from "../upgrade/contract.ts";
import { bytes, duration, safe } from "../base/format.ts";
import { columnsOf, hang } from "../base/wrap.ts";

/** The page of trust: all that a person wants to know before the first move. */
export interface PlanView {
  readonly plan: Plan;
  readonly checks: readonly Checked[];
  readonly ladder: readonly Step[];
  readonly facts: Pick<
    Facts,
    "fileSystem" | "libcs" | "server" | "podMates" | "rehearsal"
  >;
  /** The same by the other method, where that is possible, too. */
  readonly alternative?: {
    readonly plan: Plan;
    readonly ladder: readonly Step[];
  };
  /** Every command as a person would type it. */
  readonly commands: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
}

const CHECK_MARKS = { ok: "ok    ", warn: "note  ", refuse: "REFUSE" } as const;
const DATABASES_SHOWN = 5;
const CONNECTIONS_SHOWN = 4;

export function planText(view: PlanView): string {
  const { checks, columns, plan } = view;
  const parts = [
    hang(
      "",
      plan.from.id === plan.to.id &&
        plan.lost === undefined
        ? `Rebuild what is sorted otherwise in "${plan.container}" on ${plan.host}, which stays ${plan.to.version}`
        : `Upgrade "${plan.container}" on ${plan.host} from ${plan.from.version} to ${plan.to.version}`,
      columns,
    ),
    ["Found", ...foundLines(view)],
    ["Checks", ...checkLines(checks, columns), ...verdict(checks, columns)],
    ["The ladder", ...ladderLines(view)],
    promises(view).flatMap((words) => hang("", words, columns)),
  ];
  return safe(parts.map((lines) => lines.join("\n")).join("\n\n"));
}

function foundLines(view: PlanView): string[] {
  const { columns, facts, plan } = view;
  const { connections, databases } = facts.server;
  const biggest = [...databases].sort((a, b) => b.bytes - a.bytes);
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["container", [
      plan.restart === undefined
        ? `${plan.container}, run by ${plan.unit} with ${plan.runtime}`
        : `${plan.container}, run by ${plan.runtime} alone${
          plan.maker === undefined
            ? ""
            : `, of the compose project ${plan.maker.project}`
        }${plan.withoutSystemd ? ", on a host without systemd" : ""}`,
    ]],
    ...plan.unserved?.found === undefined ? [] : [
      ["configured", [
        ...imageLines(plan.unserved.found),
        plan.lost === undefined
          ? "it does not serve"
          : `its own cluster in ${plan.volume.path} goes aside`,
      ]],
    ] as const,
    ["from", imageLines(plan.from)],
    ["to", imageLines(plan.to)],
    ["data", [
      plan.lost === undefined
        ? `${plan.volume.path}, ${
          bytes(plan.bytes)
        } on ${plan.volume.fsType}; ${
          bytes(facts.fileSystem.freeBytes)
        } are free there`
        : `${plan.lost.path}, ${
          bytes(plan.bytes)
        }; they come to ${plan.volume.path} on ${plan.volume.fsType}, where ${
          bytes(facts.fileSystem.freeBytes)
        } are free`,
    ]],
    ["databases", [
      asksFirst(plan)
        ? 'not known before the step "ask"'
        : plan.unserved !== undefined
        ? "not known, as nothing serves them"
        : shown(
          biggest.map(({ bytes: size, name }) => `${name} ${bytes(size)}`),
          DATABASES_SHOWN,
        ),
    ]],
    ["stops", [
      plan.writers.filter(({ active }) => active).map(({ unit }) => unit)
        .join(", ") || "no other unit",
    ]],
    ["connected now", [
      shown(
        connections.map(({ address, application, count, database }) =>
          `${application || "somebody"} ×${count} to ${
            database ?? "no database"
          }${address === "" ? "" : ` from ${address}`}`
        ),
        CONNECTIONS_SHOWN,
      ),
    ]],
    ["method", [methodWords(plan), ...alternativeWords(view)]],
  ];
  return rows.flatMap(([name, lines]) =>
    lines.flatMap((line, index) =>
      hang(`  ${(index === 0 ? name : "").padEnd(14)}`, line, columns)
    )
  );
}

function shown(all: readonly string[], most: number): string {
  if (all.length === 0) return "none";
  const rest = all.length - most;
  return `${all.slice(0, most).join(", ")}${
    rest > 0 ? ` and ${rest} more` : ""
  }`;
}

/** The name, and what it stands for: here, and at the registry. */
function imageLines({ digest, id, reference, version }: Plan["from"]) {
  return [
    `${reference}, ${version}, image ${id.slice(0, 12)}`,
    ...(digest === "" ? [] : [digest]),
  ];
}

function methodWords({ jobs, method, sorting, verify }: Plan): string {
  switch (method) {
    case "minor":
      return `minor: the data stay where they are${
        sorting === undefined
          ? ""
          : ", and what is sorted otherwise is rebuilt there"
      }`;
    case "dump":
      return `dump and restore, ${jobs} at once, compared by ${verify}`;
    case "pg_upgrade":
      return `pg_upgrade on a clone, ${jobs} at once, compared by ${verify}`;
  }
}

/** What the other method costs beside this one. */
function alternativeWords(
  { alternative, facts, ladder, plan }: PlanView,
): string[] {
  if (alternative === undefined) return [];
  const time = (one: Pick<PlanView, "ladder" | "plan">) =>
    spanWords(estimateDowntime(one.plan, one.ladder));
  const space = (one: Pick<PlanView, "ladder" | "plan">) =>
    bytes(estimateSpace(one.plan, one.ladder).most);
  const { from, to } = facts.libcs;
  return [
    `--method ${alternative.plan.method} looks possible, too: down for ${
      time(alternative)
    } instead of ${time({ ladder, plan })}${
      from === to ? "" : " (and for rebuilding indexes on text)"
    }, up to ${space(alternative)} instead of ${
      space({ ladder, plan })
    } beside the data`,
  ];
}

function checkLines(checks: readonly Checked[], columns: number): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  return checks.flatMap(({ found, level, name, remedy }) => [
    ...hang(`  ${CHECK_MARKS[level]}  ${name.padEnd(width)}`, found, columns),
    ...(remedy === undefined
      ? []
      : hang(`${" ".repeat(10 + width)}→ `, remedy, columns)),
  ]);
}

function verdict(checks: readonly Checked[], columns: number): string[] {
  const named = (level: Checked["level"]) =>
    checks.filter((check) => check.level === level).map(({ name }) => name);
  const refused = named("refuse");
  const noted = named("warn");
  const words = refused.length > 0
    ? `Refused by ${
      refused.join(", ")
    }: nothing can begin before that is fixed.`
    : noted.length > 0
    ? `No check refuses; read the notes on ${noted.join(", ")}.`
    : "No check refuses.";
  return hang("  ", words, columns);
}

function ladderLines(view: PlanView): string[] {
  const { columns, ladder, plan } = view;
  const { begin, end } = downtimeSteps(plan);
  return ladder.flatMap((step, index) => [
    ...(step.id === begin && isServed(plan)
      ? [rule("the downtime begins", columns)]
      : []),
    ...(step.id === "start" && plan.method !== "minor"
      ? [rule("up to here a rollback loses nothing", columns)]
      : []),
    ...stepLines(view, step, index),
    ...(step.id === end ? [rule("the downtime ends", columns)] : []),
  ]);
}

function stepLines(view: PlanView, step: Step, index: number): string[] {
  const { columns, commands } = view;
  const indent = " ".repeat(20);
  return [
    ...hang(`  ${index + 1}  ${step.id.padEnd(15)}`, step.does, columns),
    ...hang(indent, takesWords(view, step.id), columns),
    ...hang(`${indent}back: `, step.wayBack, columns),
    // Whole, so that they can be copied.
    ...(commands ? step.commands.map((line) => `       $ ${line}`) : []),
  ];
}

/** As it was rehearsed, else from the size alone. */
function takesWords({ facts, plan }: PlanView, id: StepId): string {
  const took = matchingRehearsal(plan, facts.rehearsal)?.steps
    .find((step) => step.id === id && step.measured);
  if (took !== undefined) return `took ${duration(took.ms)} when rehearsed`;
  const { ms, space }: Estimate = estimateStep(plan, id);
  const time = ms === undefined
    ? "takes the time that you or your rebuild need"
    : `takes ${spanWords(ms)}`;
  return space.most === 0
    ? time
    : `${time}, up to ${bytes(space.most)} beside the data`;
}

const rule = (words: string, columns: number) => {
  const line = `  --- ${words} `;
  return line.padEnd(
    Math.min(columns, 78) + line.length - columnsOf(line),
    "-",
  );
};
