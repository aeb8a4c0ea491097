import type { Plan } from "../../journal/plan.ts";
import { stepsOf } from "../../journal/step_id.ts";
import { build } from "./step/build.ts";
import { close } from "./step/close.ts";
import { closeInPlace } from "./step/close_in_place.ts";
import { closeWithin } from "./step/close_within.ts";
import { dump } from "./step/dump.ts";
import { prepare } from "./step/prepare.ts";
import { start } from "./step/start.ts";
import { startWriters } from "./step/start_writers.ts";
import type { Step } from "./contract.ts";
import { stopWriters } from "./step/stop_writers.ts";
import { swap } from "./step/swap.ts";
import { swapWithin } from "./step/swap_within.ts";
import { switchStep } from "./step/switch.ts";

/** The order of everything, made from the recorded plan alone. */
export function ladderFor(plan: Plan): readonly Step[] {
  const steps = stepsOf(plan.method);
  return [
    prepare(plan),
    stopWriters(plan),
    closeOf(plan),
    dump(plan),
    build(plan),
    plan.volume.within ? swapWithin(plan) : swap(plan),
    switchStep(plan),
    start(plan),
    startWriters(plan),
  ].filter(({ id }) => steps.includes(id));
}

function closeOf(plan: Plan): Step {
  if (plan.method === "minor") return closeInPlace(plan);
  return plan.volume.within ? closeWithin(plan) : close(plan);
}
