import type { Entry } from "../../../journal/fact.ts";
import type { StepId } from "../../../journal/step_id.ts";

/** What a journal says, told by attempts and by times. */

/** One try of a step, or of its way back. */
export interface Attempt {
  readonly step: StepId;
  readonly direction: "up" | "down";
  /** Counted per step and direction, from 1. */
  readonly number: number;
  readonly begin: Entry;
  /** Undefined as long as it goes on. */
  readonly end: Entry | undefined;
  readonly outcome: "done" | "undone" | "failed" | "interrupted" | "going on";
  readonly message: string;
}

export function attemptsOf(entries: readonly Entry[]): Attempt[] {
  const attempts: Attempt[] = [];
  const counts = new Map<string, number>();
  let open: Attempt | undefined;
  const close = (outcome: Attempt["outcome"], end: Entry, message = "") => {
    if (open === undefined) return;
    attempts.push({ ...open, outcome, end, message });
    open = undefined;
  };
  for (const entry of entries) {
    const { fact } = entry;
    switch (fact.type) {
      case "step-started":
      case "undo-started": {
        close("interrupted", entry);
        const direction = fact.type === "step-started" ? "up" : "down";
        const key = `${fact.step} ${direction}`;
        const number = (counts.get(key) ?? 0) + 1;
        counts.set(key, number);
        const begin = { step: fact.step, direction, number } as const;
        open = {
          ...begin,
          begin: entry,
          end: undefined,
          outcome: "going on",
          message: "",
        };
        break;
      }
      case "step-done":
        close("done", entry);
        break;
      case "undo-done":
        close("undone", entry);
        break;
      case "step-failed":
      case "undo-failed":
        close("failed", entry, fact.message);
        break;
      case "run-turned-back":
      case "run-closed":
        close("interrupted", entry);
        break;
    }
  }
  return open === undefined ? attempts : [...attempts, open];
}
