import { assertEquals } from "@std/assert";
import {
  sampleFacts,
  sampleLive,
  sampleSettings,
} from "../../tests/sample/found.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { alternativeOf } from "./alternative.ts";
import type { Facts } from "./facts/facts.ts";
import type { Settings } from "./settings.ts";

const { host, program, run, runtime, tool } = samplePlan();

const methodOf = (facts: Facts, settings: Partial<Settings> = {}) =>
  alternativeOf(facts, { ...sampleSettings(), ...settings }, {
    ...{ host, program, run, runtime, tool },
    asked: [],
  })?.method;

Deno.test("Beside a dump pg_upgrade is told of, where no check refuses it", () => {
  const facts = sampleFacts();
  assertEquals(methodOf(facts), "pg_upgrade");
  assertEquals(methodOf(facts, { method: "pg_upgrade" }), undefined);
  assertEquals(methodOf({ ...facts, to: facts.from }), undefined);
  assertEquals(
    methodOf({
      ...facts,
      libcs: { from: "glibc 2.41", to: "musl 1.2.5" },
    }),
    undefined,
  );
  const server = sampleLive({ tablespaces: ["fast"] });
  assertEquals(methodOf({ ...facts, server }), undefined);
});
