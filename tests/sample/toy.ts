import { formatDocument } from "../../journal/document.ts";
import type { Fact } from "../../journal/fact.ts";
import { Journal, type Store } from "../../journal/journal.ts";
import { type StepId } from "../../journal/step_id.ts";
import { Failure } from "../../lib/base/failure.ts";
import { runSteps } from "../../lib/upgrade/loop.ts";
import type { Observed, Step } from "../../lib/upgrade/contract.ts";
import { MemoryStore, SecondsClock } from "./memory.ts";
import { portsOf, QuietHost } from "./ports.ts";
import { LADDER, planned } from "./story.ts";
import { rejectedBy } from "./thrown.ts";
import { type Context, contextOf } from "../../lib/run/context.ts";

/** The process died here. */
export class Killed extends Error {
  override name = "Killed";
}

type Deed = "look" | "apply" | "finish" | "undo" | "evidence";
type Way = Partial<Record<Deed, (context: Context) => void | Promise<void>>>;

/**
 * A world of nine switches, one a step, that outlives the processes which run the steps
 * in it. A test bends single actions: what it puts in their place is done
 * instead.
 */
export class Toy {
  readonly seen: Record<StepId, Observed>;
  readonly bent: Partial<Record<StepId, Way>> = {};
  readonly steady = new Set<StepId>();
  /** Deeds that changed something, in order. */
  readonly log: string[] = [];
  readonly store = new MemoryStore();
  readonly host = new QuietHost();
  /** From this event of its life on the process is dead. */
  killAt = Infinity;
  events = 0;

  constructor(facts: readonly Fact[] = [planned()]) {
    this.seen = Object.fromEntries(
      LADDER.map((id) => [id, "absent"]),
    ) as Record<StepId, Observed>;
    const clock = new SecondsClock();
    this.store.text = formatDocument(
      facts.map((fact, seq) => ({ seq, ...clock.now(), fact })),
      "0.1.0",
    );
    // The world is as the journal says.
    const { steps } = this.journal.state;
    for (const id of LADDER) {
      const { status } = steps[id];
      if (status === "done") this.seen[id] = "complete";
    }
  }

  /** As a process of its own reads it. */
  get journal(): Journal {
    return Journal.open(this.store, new SecondsClock(), "0.1.0");
  }

  get facts(): readonly Fact[] {
    return this.journal.entries.map(({ fact }) => fact);
  }

  /** The facts in short, from the one with this number. */
  told(from = 1): readonly string[] {
    return this.facts.slice(from).map((fact) =>
      "step" in fact ? `${fact.type} ${fact.step}` : fact.type
    );
  }

  append(fact: Fact) {
    this.journal.append(fact);
  }

  get ladder(): readonly Step[] {
    return LADDER.map((id) => this.#step(id));
  }

  /** A new process runs the steps. */
  async climb() {
    this.events = 0;
    const store: Store = {
      read: () => this.store.read(),
      replace: (text) => {
        this.#event();
        this.store.replace(text);
        this.#event();
      },
    };
    const journal = Journal.open(store, new SecondsClock(), "0.1.0");
    const ports = portsOf({ host: this.host });
    const { plan } = journal.state;
    if (plan === undefined) throw new Error("The toy has no plan");
    const run = contextOf(plan, ports);
    await runSteps({ ...run, ladder: this.ladder, journal });
  }

  #event() {
    this.events += 1;
    if (this.events >= this.killAt) throw new Killed();
  }

  #step(id: StepId): Step {
    const bent = this.bent[id] ?? {};
    const change = async (deed: Deed, context: Context, to: Observed) => {
      this.#event();
      this.log.push(`${deed} ${id}`);
      const instead = bent[deed];
      if (instead === undefined) this.seen[id] = to;
      else await instead(context);
      this.#event();
    };
    return {
      id,
      title: `Do ${id}`,
      does: `does ${id}`,
      wayBack: `undoes ${id}`,
      commands: [],
      ...(this.steady.has(id) ? { steady: true } : {}),
      look: async (context) => {
        await bent.look?.(context);
        const observed = this.seen[id];
        return {
          observed,
          found: `${id} is ${observed}`,
          expected: `${id} complete`,
        };
      },
      apply: (context) => change("apply", context, "complete"),
      finish: (context) => change("finish", context, "complete"),
      undo: (context) => change("undo", context, "absent"),
      evidence: () => Promise.resolve({ of: id }),
    };
  }
}

/** What a run ends with: code, exit code, words and hint of its failure. */
export async function failure(toy: Toy) {
  const { code, exit, hint, message } = await rejectedBy(
    () => toy.climb(),
    Failure,
  );
  return { code, exit, message, hint };
}

export const ALL_UP = LADDER.flatMap((
  id,
) => [`step-started ${id}`, `step-done ${id}`]);
export const ALL_DOWN = LADDER.toReversed().flatMap((id) => [
  `undo-started ${id}`,
  `undo-done ${id}`,
]);
