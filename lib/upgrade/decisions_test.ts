import { assert, assertEquals } from "@std/assert";
import { type Decision, DECISIONS } from "./decisions.ts";
import type { Observed } from "./contract.ts";

const SEEN: readonly Observed[] = [
  "absent",
  "partial",
  "complete",
  "running",
  "unexpected",
];

/**
 * The table once more, as a person reads it: the journal's word of a step on
 * the left, what the world shows above. Each line that may surprise says why.
 */
const TABLE: readonly (readonly [string, string])[] = [
  //                 absent        partial complete    running unexpected
  // Not announced, so whatever stands there is not ours: never overwritten.
  ["up pending", "   apply         refuse  refuse      refuse  refuse"],
  ["up undone", "    apply         refuse  refuse      refuse  refuse"],
  // Announced, so half of it is ours; a job at work is waited for, not killed;
  // an effect that is there needs no second action, only the entry.
  ["up started", "   apply         apply   record-done finish  refuse"],
  // What failed may have succeeded since, by its job or by the operator's hand.
  ["up failed", "    apply         apply   record-done finish  refuse"],
  // What was invalidated may have come back.
  ["up lapsed", "    apply         apply   record-done finish  refuse"],
  // Looked at before each move. Partly gone is brought back; a job of a step
  // that is done cannot be ours.
  ["up done", "      invalidate         repair    keep        refuse  refuse"],
  // Not ours, or gone already: what stands there does not hinder a rollback.
  ["down pending", " keep          keep    keep        keep    keep"],
  ["down undone", "  keep          keep    keep        keep    keep"],
  ["down started", " record-undone undo    undo        undo    refuse"],
  ["down failed", "  record-undone undo    undo        undo    refuse"],
  ["down undoing", " record-undone undo    undo        undo    refuse"],
  // Of a done step "absent" means that it must be done again: something of it
  // may stand, so it is undone all the same, and its undo takes nothing amiss.
  ["down done", "    undo          undo    undo        undo    refuse"],
  ["down lapsed", "  undo          undo    undo        undo    refuse"],
];

/** Every cell: direction, status, what is seen, move. */
function cells() {
  return Object.entries(DECISIONS).flatMap(([direction, rows]) =>
    Object.entries(rows).flatMap(([status, row]) =>
      Object.entries(row).map(([seen, decision]) => ({
        direction,
        status,
        seen: seen as Observed,
        move: decision as Decision,
      }))
    )
  );
}

Deno.test("The table says what the page says, and nothing else", () => {
  const page = new Map(
    TABLE.flatMap(([name, moves]) =>
      moves.trim().split(/\s+/).map((move, column) =>
        [`${name} ${SEEN[column]}`, move] as const
      )
    ),
  );
  const found = new Map(
    cells().map(({ direction, status, seen, move: decision }) =>
      [`${direction} ${status} ${seen}`, decision] as const
    ),
  );
  const sorted = (map: ReadonlyMap<string, string>) => [...map].toSorted();
  assertEquals(sorted(found), sorted(page));
  assertEquals(found.size, (6 + 7) * 5);
});

Deno.test("A step that was not begun acts on a clear field alone", () => {
  for (const { direction, status, seen, move: decision } of cells()) {
    if (status !== "pending" && status !== "undone") continue;
    const clear = direction === "up" && seen === "absent";
    assertEquals(
      ["refuse", "keep"].includes(decision),
      !clear,
      `${direction} ${status} ${seen}`,
    );
  }
});

Deno.test("What is foreign is never touched", () => {
  for (const { seen, move: decision } of cells()) {
    if (seen === "unexpected") assert(["refuse", "keep"].includes(decision));
  }
});

/** Where each move may stand at all, whatever the step. */
const ONLY: Readonly<
  Record<
    Decision,
    (cell: {
      direction: string;
      status: string;
      seen: Observed;
    }) => boolean
  >
> = {
  apply: ({ direction, seen }) =>
    direction === "up" && (seen === "absent" || seen === "partial"),
  finish: ({ direction, seen }) => direction === "up" && seen === "running",
  "record-done": ({ direction, seen }) =>
    direction === "up" && seen === "complete",
  repair: ({ direction, status, seen }) =>
    direction === "up" && status === "done" && seen === "partial",
  invalidate: ({ direction, status, seen }) =>
    direction === "up" && status === "done" && seen === "absent",
  keep: ({ direction, status }) => direction === "down" || status === "done",
  undo: ({ direction }) => direction === "down",
  "record-undone": ({ direction, seen }) =>
    direction === "down" && seen === "absent",
  refuse: () => true,
};

Deno.test("No move stands where it makes no sense", () => {
  for (const cell of cells()) {
    assert(ONLY[cell.move](cell), JSON.stringify(cell));
  }
});

Deno.test("Done is recorded of what was seen whole, undone of what was seen gone", () => {
  for (const { seen, move: decision } of cells()) {
    if (decision === "record-done") assertEquals(seen, "complete");
    if (decision === "record-undone") assertEquals(seen, "absent");
  }
});
