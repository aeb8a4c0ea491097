import type { Entry } from "../../../journal/fact.ts";
import type { State } from "../../../journal/fold.ts";
import type { Image, Plan } from "../../../journal/plan.ts";
import { plannedRun } from "../../run/context.ts";
import { elapsed } from "../../run/elapsed.ts";
import type { Measurements } from "../../job/measurements.ts";
import { ladderFor } from "../../upgrade/ladder.ts";
import type { LoggedCommand } from "../../run/command_log.ts";
import { bytes, duration } from "../../base/format.ts";
import { redactDeep } from "../../base/redact.ts";
import { ownWordsOf } from "../own_words.ts";
import { type Attempt, attemptsOf } from "./attempts.ts";
import { type Downtime, downtimesOf, lengthOf } from "../../run/downtime.ts";
import type { Chart, Document, Part, Section } from "./document.ts";
import { text } from "./document.ts";
import {
  commandSection,
  comparisonSection,
  figureFacts,
  jobSection,
} from "./sections.ts";
import {
  at,
  badgeOf,
  evidenceWords,
  factWords,
  switchWords,
} from "./wording.ts";

/** Everything that a report is made of. */
export interface ReportInput {
  readonly plan: Plan;
  readonly state: State;
  readonly entries: readonly Entry[];
  /** By step, of its last attempt. */
  readonly measurements: ReadonlyMap<string, Measurements>;
  readonly commands: readonly LoggedCommand[];
  /** Where the journal lies. */
  readonly journal: string;
  readonly now: { at: string; boot: string; ms: number };
  /** The version of the program that tells it. */
  readonly tool: string;
}

export function documentOf(input: ReportInput): Document {
  // It is handed on: what a server said of rows, and what a program was given, is not.
  return redactDeep(wholeOf(input), ownWordsOf(input.plan));
}

function wholeOf(input: ReportInput): Document {
  const { plan, state } = input;
  return {
    title:
      `PostgreSQL ${plan.from.version} → ${plan.to.version}: ${plan.container} on ${plan.host}`,
    badge: badgeOf(state),
    sections: [
      summary(input),
      images(plan),
      timeline(input),
      steps(input),
      comparisonSection(plan, input.measurements),
      jobSection(input.measurements),
      commandSection(input.commands),
      events(input),
    ].filter((section) => section !== undefined),
    footer: `Made by pgladder ${input.tool} at ${
      at(input.now.at)
    } from ${input.journal} and the commands kept with it.`,
  };
}

function summary(
  { entries, measurements, now, plan, state }: ReportInput,
): Section {
  const last = entries.at(-1);
  const ended = state.closed === undefined ? "not yet" : at(last?.at ?? "");
  const by = plan.by === undefined ? "root" : plan.by;
  return {
    heading: "What was done",
    parts: [{
      kind: "facts",
      facts: [
        ["container", `${plan.container} (${plan.unit}) on ${plan.host}`],
        ["run", plan.run],
        ["asked by", `${by}: pgladder ${plan.asked.join(" ")}`],
        ["planned at", at(entries[0]?.at ?? "")],
        ["closed at", ended],
        ["method", methodWords(plan)],
        ["downtime", downtimeWords(downtimesOf(plan, entries), now)],
        ["configuration", switchWords(plan.switch).join("; ")],
        ["old data", oldDataWords(plan)],
        ...figureFacts(measurements),
      ],
    }],
  };
}

function oldDataWords({ backup, bytes: size, lost, method, volume }: Plan) {
  if (lost !== undefined) {
    return `${lost.path}, ${
      bytes(size)
    }, which stay there; what ${volume.path} held stays in ${backup}`;
  }
  const place = `${volume.path}, ${bytes(size)} on ${volume.fsType}`;
  return method === "minor"
    ? place
    : `${place}; put aside as ${backup} until commit`;
}

function methodWords({ jobs, method, runtime, verify }: Plan): string {
  switch (method) {
    case "minor":
      return `a minor upgrade by ${runtime}: the data stayed where they are`;
    case "dump":
      return `dump and restore by ${runtime}, ${jobs} at once, compared by ${verify}`;
    case "pg_upgrade":
      return `pg_upgrade on a clone by ${runtime}, ${jobs} at once, compared by ${verify}`;
  }
}

function downtimeWords(
  all: readonly Downtime[],
  now: ReportInput["now"],
): string {
  if (all.length === 0) return "none";
  return all.map((downtime) =>
    `${duration(lengthOf(downtime, now))}, ${at(downtime.from.at)} to ${
      downtime.to === undefined ? "now, and goes on" : at(downtime.to.at)
    }`
  ).join("; ");
}

function images({ from, to }: Plan): Section {
  const row = (name: string, tell: (image: Image) => string) => [
    name,
    tell(from),
    tell(to),
  ];
  return {
    heading: "From which image to which",
    parts: [{
      kind: "table",
      head: ["", "from", "to"],
      rows: [
        row("version", ({ version }) => version),
        row("name", ({ reference }) => reference),
        row(
          "digest",
          ({ digest }) => digest || "none: it came from no registry",
        ),
        row("image", ({ id }) => id),
        row("data in the container", ({ pgdata }) => pgdata),
      ],
    }],
  };
}

/** The way up and the way back each in a chart: days may lie between. */
function timeline({ entries, now, plan }: ReportInput): Section {
  const attempts = attemptsOf(entries);
  const downtimes = downtimesOf(plan, entries);
  const charts = (["up", "down"] as const).flatMap((direction): Part[] => {
    const own = attempts.filter((it) => it.direction === direction);
    const [first] = own;
    if (first === undefined) return [];
    const chart = chartOf(own, downtimes, first.begin, now);
    const words = direction === "up" ? "The way up" : "The way back";
    return [
      text(
        `${words}: ${at(first.begin.at)}, ${duration(chart.span)} in all.`,
      ),
      { kind: "chart", chart: { ...chart, label: `${words}, by steps` } },
    ];
  });
  return {
    heading: "Timeline",
    parts: charts.length > 0 ? charts : [text("No step was begun.")],
  };
}

function chartOf(
  attempts: readonly Attempt[],
  downtimes: readonly Downtime[],
  begin: Entry,
  now: ReportInput["now"],
): Chart {
  const until = attempts.at(-1)?.end ?? now;
  const span = Math.max(1, elapsed(begin, until));
  const place = (moment: ReportInput["now"]) =>
    Math.min(span, signed(begin, moment));
  return {
    label: "",
    span,
    bars: attempts.map(({ begin, end, number, outcome, step }) => ({
      name: number > 1 ? `${step} (${number})` : step,
      from: Math.max(0, place(begin)),
      to: Math.max(0, place(end ?? now)),
      words: `${duration(elapsed(begin, end ?? now))}${
        ["done", "undone"].includes(outcome) ? "" : `, ${outcome}`
      }`,
      tone: outcome === "failed" || outcome === "interrupted"
        ? "bad"
        : outcome === "going on"
        ? "open"
        : "good",
    })),
    downtimes: downtimes.map(({ from, to }) => ({
      from: place(from),
      to: place(to ?? now),
    })).filter(({ from, to }) => to > 0 && from < span)
      .map(({ from, to }) => ({ from: Math.max(0, from), to })),
  };
}

/** Milliseconds; what was before is below zero. */
function signed(from: ReportInput["now"], to: ReportInput["now"]): number {
  const forward = elapsed(from, to);
  return forward > 0 ? forward : -elapsed(to, from);
}

function steps({ entries, now, plan }: ReportInput): Section {
  const ladder = ladderFor(plannedRun(plan));
  const rows = attemptsOf(entries).map((attempt) => {
    const step = ladder.find(({ id }) => id === attempt.step);
    const up = attempt.direction === "up";
    return [
      up ? attempt.step : `undo ${attempt.step}`,
      at(attempt.begin.at),
      duration(elapsed(attempt.begin, attempt.end ?? now)),
      attempt.outcome,
      attempt.message || (up ? step?.does : step?.wayBack) || "",
    ];
  });
  return {
    heading: "Steps",
    parts: [{
      kind: "table",
      head: ["step", "begun", "took", "outcome", "what"],
      rows,
      figures: [2],
    }],
  };
}

function events({ entries }: ReportInput): Section {
  return {
    heading: "The journal",
    parts: [{
      kind: "table",
      head: ["#", "time", "what", "evidence"],
      rows: entries.map((
        { at: time, fact, seq },
      ) => [String(seq), at(time), factWords(fact), evidenceWords(fact)]),
      figures: [0],
    }],
  };
}
