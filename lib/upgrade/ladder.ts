import type { Plan } from "../../journal/plan.ts";
import { stepsOf } from "../../journal/step_id.ts";
import { build } from "./step/build.ts";
import { close } from "./step/close.ts";
import { closeInPlace } from "./step/close_in_place.ts";
import { dump } from "./step/dump.ts";
import { prepare } from "./step/prepare.ts";
import { start } from "./step/start.ts";
import { startWriters } from "./step/start_writers.ts";
import type { Step } from "./contract.ts";
import { stopWriters } from "./step/stop_writers.ts";
import { swap } from "./step/swap.ts";
import { switchStep } from "./step/switch.ts";

/** The order of everything, made from the recorded plan alone. */
export function ladderFor(plan: Plan): readonly Step[] {
  const steps = stepsOf(plan.method);
  return [
    prepare(plan),
    stopWriters(plan),
    plan.method === "minor" ? closeInPlace(plan) : close(plan),
    dump(plan),
    build(plan),
    swap(plan),
    switchStep(plan),
    start(plan),
    startWriters(plan),
  ].filter(({ id }) => steps.includes(id));
}
