import { assert, assertEquals } from "@std/assert";
import type { Fact } from "../../journal/fact.ts";
import { lapsedStep, type State } from "../../journal/fold.ts";
import { everyReachable, keyOf } from "../../tests/sample/reachable.ts";
import {
  LADDER,
  planned,
  started,
  turnedBack,
  upTo,
} from "../../tests/sample/story.ts";
import { Killed, Toy } from "../../tests/sample/toy.ts";
import { JournalWriteError } from "../../journal/journal.ts";
import { Failure } from "../base/failure.ts";
import { nextStep } from "./loop.ts";
import type { Observed } from "./contract.ts";

const SEEN: readonly Observed[] = [
  "absent",
  "partial",
  "complete",
  "running",
  "unexpected",
];

/** Long beyond what any life of a toy takes. */
const EVENTS_MAX = 400;

function statuses(toy: Toy) {
  return LADDER.map((id) => toy.journal.state.steps[id].status);
}

const WAYS: Readonly<Record<string, () => Toy>> = {
  "up from the ground": () => new Toy([planned()]),
  "up from the middle, with a job at work": () => {
    const toy = new Toy([...upTo("close"), started("dump")]);
    toy.seen.dump = "running";
    return toy;
  },
  "down from the top": () => new Toy([...upTo("start-writers"), turnedBack]),
  "up again after a lapse": () => {
    const toy = new Toy([...upTo("build"), started("swap")]);
    toy.seen.close = "absent";
    toy.seen.swap = "partial";
    return toy;
  },
  "up with something to mend": () => {
    const toy = new Toy(upTo("dump"));
    toy.seen.prepare = "partial";
    return toy;
  },
};

for (const [way, make] of Object.entries(WAYS)) {
  Deno.test(`Killed at any event on the way ${way}: the end is the same`, async () => {
    const undisturbed = make();
    await undisturbed.climb();
    const { events } = undisturbed;
    assert(events > 10 && events < EVENTS_MAX, `${events} events`);
    for (let killAt = 1; killAt <= events; killAt++) {
      const toy = make();
      toy.killAt = killAt;
      await dies(toy);
      toy.killAt = Infinity;
      await toy.climb();
      assertEquals(toy.seen, undisturbed.seen, `killed at ${killAt}`);
      assertEquals(statuses(toy), statuses(undisturbed), `killed at ${killAt}`);
    }
  });
}

Deno.test("A new process for every event comes to the same end", async () => {
  for (const make of Object.values(WAYS)) {
    const undisturbed = make();
    await undisturbed.climb();
    const toy = make();
    // Each life gets one event further than it needs for one more entry.
    for (let life = 0; life < EVENTS_MAX; life++) {
      toy.killAt = 6;
      if (!await dies(toy)) break;
    }
    assertEquals(toy.seen, undisturbed.seen);
    assertEquals(statuses(toy), statuses(undisturbed));
  }
});

/** False where it came to its end before. */
async function dies(toy: Toy): Promise<boolean> {
  try {
    await toy.climb();
    return false;
  } catch (error) {
    if (
      error instanceof Killed ||
      error instanceof JournalWriteError && error.cause instanceof Killed ||
      error instanceof Failure && toy.events >= toy.killAt
    ) return true;
    throw error;
  }
}

/** One of each kind that the runner can tell apart. */
function everyKind(): ReadonlyMap<
  string,
  { state: State; facts: readonly Fact[] }
> {
  const kinds = new Map<string, { state: State; facts: readonly Fact[] }>();
  for (const { state, facts } of everyReachable().values()) {
    if (state.plan === undefined || state.closed || state.committing) continue;
    const next = nextStep(new Toy(facts.slice(0, 1)).ladder, state);
    const key = [
      state.direction,
      lapsedStep(state) === undefined ? "" : "lapsed",
      next?.goes,
      next?.step.id,
      next && state.steps[next.step.id].status,
    ].join(" ");
    if (!kinds.has(key)) kinds.set(key, { state, facts });
  }
  return kinds;
}

const KINDS = everyKind();

Deno.test("Whatever the journal says and the world shows, one life ends well or refuses", async () => {
  let lives = 0;
  for (const [kind, { facts }] of KINDS) {
    for (const seen of SEEN) {
      const toy = new Toy(facts);
      const { step } = nextStep(toy.ladder, toy.journal.state) ?? {};
      if (step !== undefined) toy.seen[step.id] = seen;
      lives += 1;
      try {
        await toy.climb();
      } catch (error) {
        // Neither an impossible fact nor a move that the table does not have.
        assert(
          error instanceof Failure && error.code === "foreign",
          `${kind}, ${seen}: ${error}`,
        );
        continue;
      }
      const wanted = toy.journal.state.direction === "up"
        ? ["done"]
        : ["pending", "undone"];
      assert(
        statuses(toy).every((status) => wanted.includes(status)),
        `${kind}, ${seen}: ${keyOf(toy.journal.state)}`,
      );
    }
  }
  assert(lives > 300, `${lives} lives`);
});

Deno.test("The current step: on the way down always the highest that stands", () => {
  const { ladder } = new Toy();
  for (const { state } of KINDS.values()) {
    if (state.direction === "up") continue;
    const standing = LADDER.filter((id) =>
      !["pending", "undone"].includes(state.steps[id].status)
    );
    const next = nextStep(ladder, state);
    assertEquals(next?.step.id, standing.at(-1));
    if (next !== undefined) assertEquals(next.goes, "down");
  }
});

Deno.test("The current step: on the way up the lowest that is not done, once nothing stands above", () => {
  const { ladder } = new Toy();
  for (const { state } of KINDS.values()) {
    if (state.direction === "down") continue;
    const open = LADDER.find((id) => state.steps[id].status !== "done");
    const top = LADDER.findLast((id) =>
      !["pending", "undone"].includes(state.steps[id].status)
    );
    const next = nextStep(ladder, state);
    if (next?.goes === "down") {
      assertEquals(next.step.id, top);
      assert(
        lapsedStep(state) !== undefined ||
          state.steps[next.step.id].status === "undoing",
      );
    } else assertEquals(next?.step.id, open);
  }
});
