import { join } from "@std/path";
import * as v from "valibot";
import { readJson } from "../base/json.ts";
import type { Entry } from "../../journal/fact.ts";
import { type Clock, Journal } from "../../journal/journal.ts";
import type { Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";
import { EXIT } from "../base/exit_code.ts";
import { Failure } from "../base/failure.ts";
import { contextOf, type RunContext } from "../run/context.ts";
import { runSteps } from "../upgrade/loop.ts";
import type { Step } from "../upgrade/contract.ts";
import { forecast } from "./forecast.ts";
import { rehearsalLadder } from "./ladder.ts";
import type { LiveEndpoint } from "./live_server.ts";
import type { RehearsalRecord } from "../run/rehearsal_record.ts";
import { underWatch, type Watch } from "./disk_guard.ts";

/** The steps that are the upgrade's own; the others only bring the copy. */
const OWN: readonly string[] = ["dump", "build"] satisfies StepId[];
/** What only makes sense as long as the files are there. */
const WHERE_FILES_ARE = / \((logs|all of them): [^)]*\)$/;

/** Its container was stopped, or took more memory than a rehearsal may. */
const GONE = /is gone without a result$/;

const ResultSchema = v.object({ seconds: v.record(v.string(), v.number()) });

/**
 * Runs the steps up to the new cluster and says what it took. Its journal is in memory
 * alone: what was interrupted is removed, never gone on with.
 *
 * @throws {Failure} the rehearsal itself could not be run
 * @throws {StoppedError} a signal asked it to stop
 */
export async function runRehearsal(
  plan: Plan,
  { clock, copied, live, watch, shown }: {
    clock: Clock;
    /** Nothing of it is cloned, though an upgrade may. */
    copied: boolean;
    live: LiveEndpoint;
    watch: Watch;
    /** Does it, and shows meanwhile how far it is. */
    shown: (journal: Journal, action: () => Promise<void>) => Promise<void>;
  },
): Promise<RehearsalRecord> {
  const journal = Journal.open(
    { read: () => undefined, replace: () => {} },
    clock,
    plan.tool,
  );
  journal.append({ type: "run-planned", plan });
  const { free: before } = await watch.measure();
  let ready = { least: before, free: before };
  const run = contextOf(plan, underWatch(watch));
  const ladder = rehearsalLadder(run, live).map((step) =>
    step.id === "close"
      ? onceDone(step, async () => {
        ready = await watch.measure();
      })
      : step
  );
  const failure = await failureOf(() =>
    shown(journal, () => runSteps({ ...run, ladder, journal }))
  );
  const { least } = await watch.measure();
  const taken = stepTimes(journal.entries);
  const steps = forecast(plan.method, taken);
  const { at } = clock.now();
  return {
    format: 1,
    at,
    tool: plan.tool,
    container: plan.container,
    method: plan.method,
    verify: plan.verify,
    jobs: plan.jobs,
    from: { version: plan.from.version, id: plan.from.id },
    to: { version: plan.to.version, id: plan.to.id },
    bytes: plan.bytes,
    ...(failure === undefined
      ? { downtimeMs: steps.reduce((sum, { ms }) => sum + ms, 0) }
      : { failure }),
    steps,
    totalMs: Object.values(taken).reduce((sum, ms) => sum + ms, 0),
    taken,
    phases: await phasesOf(run),
    space: {
      upgradeBytes: Math.max(0, ready.free - least),
      rehearsalBytes: Math.max(0, before - Math.min(ready.least, least)),
      ...(copied ? { copied } : {}),
    },
  };
}

function onceDone(step: Step, action: () => Promise<void>): Step {
  return {
    ...step,
    async evidence(context) {
      await action();
      return await step.evidence(context);
    },
  };
}

/** What the upgrade would fail of, too; anything else is thrown on. */
async function failureOf(
  action: () => Promise<void>,
): Promise<RehearsalRecord["failure"]> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "step") throw error;
    const { reason = "", step = "" } = error.details;
    const words = reason.replace(WHERE_FILES_ARE, "");
    if (OWN.includes(step) && !GONE.test(words)) {
      return { step: step as StepId, reason: words };
    }
    throw new Failure("cannot-rehearse", {
      reason: words,
      hint:
        "The service runs on, and nothing of the rehearsal is left. Fix the cause, then rehearse again",
    }, { cause: error, exit: EXIT.failed });
  }
}

/** How long each step that was done took, in milliseconds. */
function stepTimes(
  entries: readonly Entry[],
): Partial<Record<StepId, number>> {
  const taken: Partial<Record<StepId, number>> = {};
  for (const { fact, ms } of entries) {
    if (fact.type === "step-started") taken[fact.step] = -ms;
    if (fact.type === "step-done" || fact.type === "step-failed") {
      taken[fact.step] = (taken[fact.step] ?? -ms) + ms;
    }
  }
  return taken;
}

/** Seconds of each phase, as each job's result tells them. */
async function phasesOf({ names: { jobs }, ports: { files } }: RunContext) {
  const phases: RehearsalRecord["phases"] = {};
  for (const job of await files.list(jobs) ?? []) {
    for (const name of await files.list(join(jobs, job)) ?? []) {
      if (!name.endsWith(".result.json")) continue;
      const result = readJson(
        ResultSchema,
        await files.readText(join(jobs, job, name)),
      );
      if (result.success) {
        phases[name.replace(".result.json", "")] = result.output.seconds;
      }
    }
  }
  return phases;
}
