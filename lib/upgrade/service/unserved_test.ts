import { assertEquals } from "@std/assert";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { SampleUnit } from "../../../tests/sample/unit.ts";
import { contextOf } from "../../run/context.ts";
import { isOpenAsFound } from "./unserved.ts";

Deno.test("What was found stopped is as it was found, also where a boot has started it since", async () => {
  const { to } = samplePlan();
  const plan = samplePlan({ unserved: { active: false, found: to } });
  const unit = new SampleUnit(plan.unit);
  const context = contextOf(plan, portsOf(unit.ports));
  assertEquals(await isOpenAsFound(context), true);
  await unit.ports.units.stop();
  assertEquals(await isOpenAsFound(context), true);
  // Of the run something stands in its way still.
  await unit.ports.units.blockStart();
  assertEquals(await isOpenAsFound(context), false);
});
