import { assertEquals } from "@std/assert";
import { everyReachable, keyOf, tryFact } from "../tests/sample/reachable.ts";
import { LADDER } from "../tests/sample/story.ts";
import type { Fact } from "./fact.ts";
import type { StepStatus } from "./fold.ts";

Deno.test("A run is committed from the top alone, closed from an end alone", () => {
  for (const { state } of everyReachable().values()) {
    const allowed = (fact: Fact) => tryFact(state, fact) !== undefined;
    const open = state.plan !== undefined && state.closed === undefined;
    const is = (...statuses: StepStatus[]) =>
      LADDER.every((id) => statuses.includes(state.steps[id].status));
    assertEquals(
      allowed({ type: "run-committing" }),
      open && state.direction === "up" && is("done") && !state.committing,
      keyOf(state),
    );
    assertEquals(
      allowed({ type: "run-closed", outcome: "committed" }),
      open && state.committing,
      keyOf(state),
    );
    assertEquals(
      allowed({ type: "run-closed", outcome: "rolled-back" }),
      open && state.direction === "down" && is("pending", "undone"),
      keyOf(state),
    );
  }
});

Deno.test("In every state that can be reached one step at most is moving", () => {
  for (const { facts, state } of everyReachable().values()) {
    const moving = LADDER.filter((id) =>
      ["started", "failed", "undoing"].includes(state.steps[id].status)
    );
    assertEquals(moving.slice(1), [], JSON.stringify(facts));
  }
});

Deno.test("From every state that can be reached an end can be reached", () => {
  const reached = everyReachable();
  const before = new Map<string, string[]>();
  for (const [key, { next }] of reached) {
    for (const after of next) {
      before.set(after, [...before.get(after) ?? [], key]);
    }
  }
  const ends = new Set(
    [...reached].filter(([, { state }]) => state.closed !== undefined)
      .map(([key]) => key),
  );
  // A set hands out what is added while it is walked.
  for (const key of ends) for (const it of before.get(key) ?? []) ends.add(it);
  assertEquals([...reached.keys()].filter((key) => !ends.has(key)), []);
});
