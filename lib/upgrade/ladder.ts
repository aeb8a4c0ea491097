import { stepsOfPlan } from "../../journal/ladder.ts";
import type { PlannedRun } from "../run/context.ts";
import { ask } from "./step/ask.ts";
import { build } from "./step/build.ts";
import { close } from "./step/close.ts";
import { closeInPlace } from "./step/close_in_place.ts";
import { closeWithin } from "./step/close_within.ts";
import { dump } from "./step/dump.ts";
import { prepare } from "./step/prepare.ts";
import { reindex } from "./step/reindex.ts";
import { start } from "./step/start.ts";
import { startWriters } from "./step/start_writers.ts";
import type { Step } from "./contract.ts";
import { stopWriters } from "./step/stop_writers.ts";
import { swap } from "./step/swap.ts";
import { swapWithin } from "./step/swap_within.ts";
import { switchStep } from "./step/switch.ts";

/** The order of everything, made from the recorded plan alone. */
export function ladderFor(run: PlannedRun): readonly Step[] {
  const { volume } = run.plan;
  const steps = stepsOfPlan(run.plan);
  return [
    prepare(run),
    stopWriters(run),
    closeOf(run),
    ask(run),
    dump(run),
    build(run),
    volume.within ? swapWithin(run) : swap(run),
    reindex(run),
    switchStep(run),
    start(run),
    startWriters(run),
  ].filter(({ id }) => steps.includes(id));
}

function closeOf(run: PlannedRun): Step {
  if (run.plan.method === "minor") return closeInPlace(run);
  return run.plan.volume.within ? closeWithin(run) : close(run);
}
