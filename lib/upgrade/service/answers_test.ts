import { assertEquals, assertThrows } from "@std/assert";
import { fold } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { done, started, upTo } from "../../../tests/sample/story.ts";
import { contextOf } from "../../run/context.ts";
import { evidenceOf, learnedPlan, readAnswers } from "./answers.ts";

const { from } = samplePlan();
const PLAN = samplePlan({
  initdbArgs: "",
  unserved: { active: true, found: { ...from, reference: "postgres:17" } },
});
const LOADING = [{
  name: "local_preload_libraries",
  value: "a",
  outside: true,
}];
const ANSWERS = {
  run: PLAN.run,
  attempt: 1,
  control: "c0",
  configuration: "c1",
  learned: { initdbArgs: "--encoding=UTF8", loading: LOADING },
};

const stateAfter = (evidence: Record<string, string>) =>
  fold([...upTo("close", PLAN), started("ask"), done("ask", evidence)]);

Deno.test("What the old cluster answered completes the plan for all that comes later", () => {
  const learned = learnedPlan(PLAN, stateAfter(evidenceOf(ANSWERS)));
  assertEquals(learned, {
    ...PLAN,
    initdbArgs: "--encoding=UTF8",
    loading: LOADING,
  });
  // Before it was asked the plan is as it was made.
  assertEquals(learnedPlan(PLAN, fold(upTo("close", PLAN))), PLAN);
  assertThrows(() => learnedPlan(PLAN, stateAfter({ learned: "{}" })));
});

Deno.test("Answers of another run are none", async () => {
  const { answers } = contextOf(PLAN, {}).names;
  const read = (text: string) =>
    readAnswers(
      contextOf(PLAN, portsOf({ files: new MemoryFiles({ [answers]: text }) })),
    );
  assertEquals(await read(JSON.stringify(ANSWERS)), ANSWERS);
  const other = { ...ANSWERS, run: "20250101-000000-aaaa" };
  assertEquals(await read(JSON.stringify(other)), undefined);
  assertEquals(await read("{"), undefined);
});
