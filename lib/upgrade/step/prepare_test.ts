import { assertEquals } from "@std/assert";
import type { Fact } from "../../../journal/fact.ts";
import { fold } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { done, failed, planned, started } from "../../../tests/sample/story.ts";
import type { Container, ImageFacts } from "../../port/containers.ts";
import { prepare } from "./prepare.ts";
import { plannedRun } from "../../run/context.ts";

const PLAN = samplePlan();
const RUN = plannedRun(PLAN);

/** Both images are tagged and pinned. */
function lookAfter(facts: readonly Fact[], files = new MemoryFiles()) {
  const images = new Map(
    (["from", "to"] as const).map((which) => [
      RUN.names.tag(which),
      { id: PLAN[which].id } as ImageFacts,
    ]),
  );
  return prepare(RUN).look({
    ...RUN,
    state: fold([planned(), started("prepare"), ...facts]),
    ports: portsOf({
      files,
      containers: {
        image: (tag) => Promise.resolve(images.get(tag)),
        inspect: () => Promise.resolve({ running: true } as Container),
      },
      units: { show: () => Promise.resolve(new Map()) },
    }),
  });
}

Deno.test("With no cluster initialised it is not done, where that failed", async () => {
  const { initialised } = RUN.names;
  for (const facts of [[], [failed("prepare", "chmod: EIO")]]) {
    assertEquals(await lookAfter(facts), {
      observed: "partial",
      found: `missing: ${initialised} whole`,
    });
    const files = new MemoryFiles();
    files.put(`${initialised}/`, "");
    assertEquals((await lookAfter(facts, files)).observed, "complete");
  }
});

Deno.test("Once it was done the build may have taken that cluster", async () => {
  assertEquals((await lookAfter([done("prepare")])).observed, "complete");
});

Deno.test("A cluster that is being initialised, or whose job is still there, is not done", async () => {
  const { initialised, initialisedPartial, jobs } = RUN.names;
  for (const left of [`${initialisedPartial}/`, `${jobs}/prepare-1/`]) {
    const files = new MemoryFiles();
    files.put(`${initialised}/`, "");
    files.put(`${jobs}/`, "");
    files.put(left, "");
    assertEquals(await lookAfter([], files), {
      observed: "partial",
      found: `missing: ${initialised} whole`,
    });
  }
});
