import { isDown, lapsedStep, type State } from "../../journal/fold.ts";
import { type Journal, JournalWriteError } from "../../journal/journal.ts";
import type { StepId } from "../../journal/step_id.ts";
import { Failure } from "../base/failure.ts";
import { refuse } from "./refuse.ts";
import { StoppedError } from "../job/control.ts";
import { redact } from "../base/redact.ts";
import { LossError } from "./loss.ts";
import type { Context, Judge, RunContext } from "../run/context.ts";
import { type Decision, DECISIONS } from "./decisions.ts";
import {
  type Observation,
  RefusedError,
  type Step,
  WaitingError,
} from "./contract.ts";

/** Announce, apply, finish, record; repairs and invalidated steps on top. */
const MOVES_PER_STEP_MAX = 12;

export interface Run extends RunContext {
  readonly ladder: readonly Step[];
  readonly journal: Journal;
  readonly judge?: Judge;
}

interface Next {
  readonly step: Step;
  readonly goes: "up" | "down";
}

/**
 * Does or undoes steps until the ladder ends. The only loop there is: a
 * first run, a resume and a rollback are all this.
 *
 * @throws {Failure} it stopped where it is; the journal is sound
 * @throws {StoppedError} a signal asked it to
 * @throws {LossError} going on would lose rows that nobody agreed to lose
 */
export async function runSteps(run: Run): Promise<void> {
  const runner = new Runner(run);
  const bound = run.ladder.length * MOVES_PER_STEP_MAX;
  for (let move = 0; move < bound; move++) {
    const { stopAsked } = run.ports.host;
    if (stopAsked) throw new StoppedError(stopAsked);
    if (!runner.isAtWork && await runner.lookAtDone()) continue;
    const next = nextStep(run.ladder, run.journal.state);
    if (next === undefined) return;
    await runner.moveOn(next);
  }
  throw new Error(`Cannot come to an end within ${bound} moves`);
}

/** The one step that the next move is about; undefined at the ladder's end. */
export function nextStep(
  ladder: readonly Step[],
  state: State,
): Next | undefined {
  const top = ladder.findLast((step) => !isDown(state.steps[step.id].status));
  if (state.direction === "down") {
    return top && { step: top, goes: "down" };
  }
  const lapsed = lapsedStep(state);
  // What stands on an invalidated step, or was being undone to get at it, goes first.
  if (top && top.id !== lapsed) {
    const undoing = state.steps[top.id].status === "undoing";
    if (lapsed !== undefined || undoing) return { step: top, goes: "down" };
  }
  const next = ladder.find((step) => state.steps[step.id].status !== "done");
  return next && { step: next, goes: "up" };
}

/** One process on the ladder: remembers what it has tried. */
class Runner {
  readonly #tried = new Set<StepId>();
  /** Done steps that were seen complete by this process. */
  readonly #steady = new Set<StepId>();

  constructor(readonly run: Run) {}

  get #state(): State {
    return this.run.journal.state;
  }

  get #context(): Context {
    const { judge, names, plan, ports } = this.run;
    return { names, plan, ports, state: this.#state, ...judge && { judge } };
  }

  /** This process began the current step, and looked at all below it then. */
  get isAtWork(): boolean {
    const next = nextStep(this.run.ladder, this.#state);
    return next !== undefined && this.#tried.has(next.step.id);
  }

  /**
   * Looks at every done step from the bottom: the world changes, also while we
   * work. True where a step is no longer valid, so that another one is next.
   */
  async lookAtDone(): Promise<boolean> {
    const next = nextStep(this.run.ladder, this.#state);
    const lapsed = lapsedStep(this.#state);
    for (const step of this.run.ladder) {
      if (step.id === lapsed) return false;
      if (this.#state.steps[step.id].status !== "done") continue;
      if (step === next?.step) continue;
      if (step.steady && this.#steady.has(step.id)) continue;
      const observation = await step.look(this.#context);
      if (observation.observed === "complete") this.#steady.add(step.id);
      if (this.#state.direction === "down") {
        if (observation.observed === "unexpected") refuse(step, observation);
        continue;
      }
      const decision = DECISIONS.up.done[observation.observed];
      if (decision === "refuse") refuse(step, observation);
      if (decision === "repair") await this.#repair(step, observation);
      if (decision === "invalidate") {
        this.run.ports.host.say(
          `What "${step.id}" did no longer holds: ${observation.found}`,
        );
        this.run.journal.append({
          type: "step-lapsed",
          step: step.id,
          expected: observation.expected ?? "",
          found: observation.found,
        });
        return true;
      }
    }
    return false;
  }

  async moveOn({ step, goes }: Next): Promise<void> {
    const { status } = this.#state.steps[step.id];
    // On the way up, too, a step is undone to get at one below it: what it is
    // asked then is whether it is gone.
    const observation = await step.look({
      ...this.#context,
      state: { ...this.#state, direction: goes },
    });
    const decision: Decision = goes === "down"
      ? DECISIONS.down[status][observation.observed]
      : DECISIONS
        .up[status as Exclude<typeof status, "undoing">][observation.observed];
    switch (decision) {
      case "apply":
        if (this.#tried.has(step.id)) {
          return this.#failed(step, observation.found);
        }
        return await this.#apply(step);
      case "finish":
        return await this.#finish(step);
      case "record-done":
        return await this.#recordDone(step, observation);
      case "undo":
        return await this.#undo(step, observation);
      case "record-undone":
        this.#tried.delete(step.id);
        return this.run.journal.append({ type: "undo-done", step: step.id });
      case "refuse":
        if (!this.#tried.has(step.id)) return refuse(step, observation);
        // What our own move came to is no stranger's: the move failed.
        return this.#failed(
          step,
          `${observation.found}, want ${
            observation.expected ?? "nothing there"
          }`,
          goes === "down" ? "undo" : "step",
        );
      case "keep":
      case "invalidate":
      case "repair":
        throw new Error(`Cannot ${decision} the current step, "${step.id}"`);
    }
  }

  async #apply(step: Step) {
    const { journal } = this.run;
    // Announced before each attempt: a job's name carries its number.
    journal.append({
      type: "step-started",
      step: step.id,
      attempt: this.#state.steps[step.id].attempt + 1,
    });
    this.#tried.add(step.id);
    this.#announce(step, step.title);
    await this.#attempt(step, () => step.apply(this.#context));
  }

  async #finish(step: Step) {
    if (!this.#tried.has(step.id)) {
      this.#announce(step, `${step.title}: its job is at work`);
      this.#tried.add(step.id);
    }
    await this.#attempt(step, async () => await step.finish?.(this.#context));
  }

  async #recordDone(step: Step, observation: Observation) {
    const evidence = await step.evidence(this.#context);
    this.run.journal.append({ type: "step-done", step: step.id, evidence });
    this.#tried.delete(step.id);
    this.run.ports.host.say(`      ${observation.found}`);
  }

  /** Brings back what is partly gone, and looks again before it says so. */
  async #repair(step: Step, observation: Observation) {
    await this.#attempt(step, () => step.apply(this.#context));
    const after = await step.look(this.#context);
    if (after.observed !== "complete") {
      throw new Failure("step", this.#details(step, after.found));
    }
    const evidence = await step.evidence(this.#context);
    this.run.journal.append({
      type: "step-mended",
      step: step.id,
      found: observation.found,
      evidence,
    });
    this.run.ports.host.say(
      `      repaired "${step.id}": ${observation.found}`,
    );
  }

  async #undo(step: Step, observation: Observation) {
    if (this.#tried.has(step.id) && this.#isUndoing(step)) {
      return this.#failed(step, observation.found, "undo");
    }
    if (!this.#isUndoing(step)) {
      this.run.journal.append({ type: "undo-started", step: step.id });
    }
    this.#tried.add(step.id);
    this.#announce(step, `Undo: ${step.title}`);
    try {
      await step.undo(this.#context);
    } catch (cause) {
      if (cause instanceof LossError) throw cause;
      throw this.#sort(cause, step, "undo");
    }
  }

  async #attempt(step: Step, action: () => Promise<void>) {
    try {
      await action();
    } catch (cause) {
      throw this.#sort(cause, step, "step");
    }
  }

  /** What went wrong, by what to do next; recorded where the journal can say it. */
  #sort(cause: unknown, step: Step, code: "step" | "undo"): Error {
    const { journal } = this.run;
    if (
      cause instanceof StoppedError || cause instanceof Failure ||
      cause instanceof JournalWriteError
    ) return cause;
    if (cause instanceof WaitingError) {
      if (this.#state.steps[step.id].status !== "done") {
        journal.append({ type: "waiting", step: step.id, ask: cause.ask });
      }
      const { container } = this.run.plan;
      const back = `; or go back with "pgladder rollback ${container}"`;
      const orBack = code === "step" ? back : "";
      return new Failure("waiting", { ask: cause.ask, container, orBack });
    }
    // A programmer's error is a bug and must be seen as one.
    if (cause instanceof TypeError || cause instanceof RangeError) return cause;
    // To journal and terminal: a server may have told of rows.
    const reason = redact(cause instanceof Error ? cause.message : `${cause}`);
    if (this.#state.steps[step.id].status !== "done") {
      journal.append({
        type: code === "step" ? "step-failed" : "undo-failed",
        step: step.id,
        message: reason,
      });
    }
    const details = this.#details(step, reason);
    return cause instanceof RefusedError
      ? new Failure("refused", { ...details, left: cause.left }, { cause })
      : new Failure(code, details, { cause });
  }

  #announce(step: Step, words: string) {
    const { ladder, ports } = this.run;
    ports.host.say(`[${ladder.indexOf(step) + 1}/${ladder.length}] ${words}`);
  }

  #failed(step: Step, reason: string, code: "step" | "undo" = "step"): never {
    throw this.#sort(new Error(reason), step, code);
  }

  #isUndoing(step: Step): boolean {
    return this.#state.steps[step.id].status === "undoing";
  }

  #details(step: Step, reason: string) {
    return { step: step.id, reason, container: this.run.plan.container };
  }
}
