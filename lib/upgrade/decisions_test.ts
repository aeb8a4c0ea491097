import { assert, assertEquals } from "@std/assert";
import { type Move, SETTLE } from "./decisions.ts";
import type { Seen } from "./contract.ts";

const SEEN: readonly Seen[] = ["absent", "half", "whole", "running", "foreign"];

/**
 * The table once more, as a person reads it: the journal's word of a step on
 * the left, what the world shows above. Each line that may surprise says why.
 */
const TABLE: readonly (readonly [string, string])[] = [
  //                 absent        half    whole       running foreign
  // Not announced, so whatever stands there is not ours: never overwritten.
  ["up pending", "   apply         refuse  refuse      refuse  refuse"],
  ["up undone", "    apply         refuse  refuse      refuse  refuse"],
  // Announced, so half of it is ours; a job at work is waited for, not killed;
  // an effect that is there needs no second deed, only the entry.
  ["up started", "   apply         apply   record-done finish  refuse"],
  // What failed may have succeeded since, by its job or by the operator's hand.
  ["up failed", "    apply         apply   record-done finish  refuse"],
  // What lapsed may have come back.
  ["up lapsed", "    apply         apply   record-done finish  refuse"],
  // Looked at before each move. Partly gone is brought back; a job of a step
  // that is done cannot be ours.
  ["up done", "      lapse         mend    keep        refuse  refuse"],
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
  return Object.entries(SETTLE).flatMap(([direction, rows]) =>
    Object.entries(rows).flatMap(([status, row]) =>
      Object.entries(row).map(([seen, move]) => ({
        direction,
        status,
        seen: seen as Seen,
        move: move as Move,
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
    cells().map(({ direction, status, seen, move }) =>
      [`${direction} ${status} ${seen}`, move] as const
    ),
  );
  const sorted = (map: ReadonlyMap<string, string>) => [...map].toSorted();
  assertEquals(sorted(found), sorted(page));
  assertEquals(found.size, (6 + 7) * 5);
});

Deno.test("A step that was not begun acts on a clear field alone", () => {
  for (const { direction, status, seen, move } of cells()) {
    if (status !== "pending" && status !== "undone") continue;
    const clear = direction === "up" && seen === "absent";
    assertEquals(
      ["refuse", "keep"].includes(move),
      !clear,
      `${direction} ${status} ${seen}`,
    );
  }
});

Deno.test("What is foreign is never touched", () => {
  for (const { seen, move } of cells()) {
    if (seen === "foreign") assert(["refuse", "keep"].includes(move));
  }
});

/** Where each move may stand at all, whatever the step. */
const ONLY: Readonly<
  Record<
    Move,
    (cell: {
      direction: string;
      status: string;
      seen: Seen;
    }) => boolean
  >
> = {
  apply: ({ direction, seen }) =>
    direction === "up" && (seen === "absent" || seen === "half"),
  finish: ({ direction, seen }) => direction === "up" && seen === "running",
  "record-done": ({ direction, seen }) =>
    direction === "up" && seen === "whole",
  mend: ({ direction, status, seen }) =>
    direction === "up" && status === "done" && seen === "half",
  lapse: ({ direction, status, seen }) =>
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
  for (const { seen, move } of cells()) {
    if (move === "record-done") assertEquals(seen, "whole");
    if (move === "record-undone") assertEquals(seen, "absent");
  }
});
