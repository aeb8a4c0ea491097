import { MOMENT } from "../../run/downtime.ts";
import type { Fact } from "../../../journal/fact.ts";
import type { State } from "../../../journal/fold.ts";
import type { Switch } from "../../../journal/plan.ts";
import { overallOf } from "../status.ts";
import type { Document } from "./document.ts";

/** A time for a person: UTC, to the second. */
export function at(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}Z`;
}

export function badgeOf(state: State): Document["badge"] {
  switch (overallOf(state)) {
    case "open":
      return { text: "under way", tone: "open" };
    case "waiting":
      return { text: "waiting for the operator", tone: "open" };
    case "turned-back":
      return { text: "on its way back", tone: "open" };
    case "committing":
      return { text: "being committed", tone: "open" };
    case "upgraded":
      return { text: "upgraded, not committed yet", tone: "good" };
    case "committed":
      return { text: "upgraded and committed", tone: "good" };
    case "rolled-back":
      return { text: "rolled back", tone: "open" };
  }
}

/** One entry of the journal in words. */
export function factWords(fact: Fact): string {
  switch (fact.type) {
    case "run-planned":
      return "the run was planned";
    case "step-started":
      return `${fact.step}: begun${
        fact.attempt > 1 ? `, attempt ${fact.attempt}` : ""
      }`;
    case "step-done":
      return `${fact.step}: done`;
    case "step-failed":
      return `${fact.step}: failed: ${fact.message}`;
    case "step-mended":
      return `${fact.step}: repaired. Found before: ${fact.found}`;
    case "step-lapsed":
      return `${fact.step}: no longer holds; expected ${fact.expected}, found ${fact.found}`;
    case "waiting":
      return `${fact.step}: the operator was asked: ${fact.ask}`;
    case "run-turned-back":
      return `turned back: ${fact.reason}${
        fact.old === undefined
          ? ""
          : `; the version of the data is to serve them in the end`
      }`;
    case "run-turned-up":
      return `turned up again: ${fact.reason}`;
    case "loss-confirmed":
      return `the operator agreed to a loss: ${fact.loss}`;
    case "undo-started":
      return `${fact.step}: being undone`;
    case "undo-failed":
      return `${fact.step}: could not be undone: ${fact.message}`;
    case "undo-done":
      return `${fact.step}: undone`;
    case "run-committing":
      return "commit: the operator gave up the way back";
    case "run-closed":
      return `closed: ${fact.outcome}`;
  }
}

/** Evidence as it was recorded; figures and downtime have their own place. */
export function evidenceWords(fact: Fact): string {
  if (!("evidence" in fact)) return "";
  return Object.entries(fact.evidence)
    .filter(([name, value]) =>
      name !== "figures" && name !== MOMENT && value !== ""
    )
    .map(([name, value]) => `${name} ${value}`).join(", ");
}

/** Who changes the configuration, and what in it; done or not. */
export function switchWords(chosen: Switch): string[] {
  switch (chosen.kind) {
    case "manual":
      return ["changed by the operator"];
    case "none":
      return ["unchanged: it named the new image before the run"];
    case "tag":
      return ["unchanged: its name stands for the new image"];
    case "unit":
      return [`the image in ${chosen.file}, by pgladder`];
    case "command":
      return [`by the operator's command: ${chosen.command}`];
    case "nixos":
    case "quadlet":
    case "compose":
      return [
        ...chosen.changes.flatMap(({ edits, file }) =>
          edits.map((edit) =>
            edit.old === ""
              ? `${file}: added ${edit.new.trim()}`
              : `${file}: ${edit.old} → ${edit.new}`
          )
        ),
        ...("rebuild" in chosen ? [`then ${chosen.rebuild}`] : []),
      ];
  }
}
