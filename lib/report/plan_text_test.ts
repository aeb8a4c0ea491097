import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  sampleFacts,
  sampleLive,
  sampleSettings,
} from "../../tests/sample/found.ts";
import { sampleRecord } from "../../tests/sample/rehearsal.ts";
import { assertGoldenFile } from "../../tests/sample/golden.ts";
import { samplePlan, samplePlanTo18 } from "../../tests/sample/plan.ts";
import { alternativeOf } from "../plan/alternative.ts";
import { runChecks } from "../plan/check/checks.ts";
import { estimateDowntime, estimateStep } from "../plan/estimate.ts";
import { ladderFor } from "../upgrade/ladder.ts";
import { planText, type PlanView } from "./plan_text.ts";
import { columnsOf } from "../base/wrap.ts";
import { plannedRun } from "../run/context.ts";

/** What the page of a plan is made of. */
function viewOf(
  plan = samplePlan(),
  facts = sampleFacts(),
  settings = sampleSettings(),
): PlanView {
  const { host, program, run, runtime, tool } = plan;
  const identity = { host, program, run, runtime, tool, asked: [] };
  const other = alternativeOf(facts, settings, identity);
  return {
    ...(other === undefined || plan.method !== "dump"
      ? {}
      : { alternative: { plan: other, ladder: ladderFor(plannedRun(other)) } }),
    plan,
    facts,
    checks: runChecks(facts, settings),
    ladder: ladderFor(plannedRun(plan)),
    commands: false,
    columns: 80,
  };
}

const connection = (application: string, count: number) => ({
  database: "pleroma",
  application,
  address: "10.88.0.7",
  count,
});

function busy(): PlanView {
  const server = sampleLive({
    connections: [connection("pleroma", 12), connection("", 1)],
  });
  return viewOf(samplePlan(), sampleFacts({ server }));
}

function to18(): PlanView {
  const plan = samplePlanTo18({
    switch: {
      kind: "unit",
      file: "/etc/systemd/system/podman-pleroma-db.service",
    },
    volume: { ...samplePlan().volume, reflink: false, fsType: "ext4" },
    writers: [],
    timers: [],
  });
  const facts = sampleFacts({ to: plan.to, canClone: false, writers: [] });
  return viewOf(plan, facts, sampleSettings({ to: "18", switch: "unit" }));
}

function refused(): PlanView {
  const facts = sampleFacts({
    leftovers: ["/srv/pleroma-db.bak"],
    server: sampleLive({ archiveMode: "on", tablespaces: ["fast\u001b[2J"] }),
  });
  const plan = samplePlan({
    switch: { kind: "command", command: "deploy.sh" },
  });
  return viewOf(
    plan,
    facts,
    sampleSettings({ switch: "command", switchCommand: "deploy.sh" }),
  );
}

function minor(): PlanView {
  const plan = samplePlan();
  const to = { ...plan.to, version: "15.19", major: 15 };
  return viewOf(
    samplePlan({ method: "minor", to, switch: { kind: "tag" } }),
    sampleFacts({ to }),
  );
}

function upgraded(): PlanView {
  return viewOf(
    samplePlan({ method: "pg_upgrade", verify: "schema" }),
    sampleFacts(),
    sampleSettings({ method: "pg_upgrade", verify: "schema" }),
  );
}

const VIEWS: Readonly<Record<string, PlanView>> = {
  "dump": busy(),
  "to-18-without-clones": to18(),
  "refused": refused(),
  "minor": minor(),
  "pg_upgrade": upgraded(),
  "rehearsed": viewOf(
    samplePlan(),
    sampleFacts({ rehearsal: sampleRecord() }),
  ),
};

for (const [name, view] of Object.entries(VIEWS)) {
  for (const columns of [80, 120]) {
    Deno.test(`The page of a plan, ${name}, at ${columns} columns`, () => {
      const text = planText({ ...view, columns });
      assertGoldenFile(`plan/${name}-${columns}.txt`, text);
      for (const line of text.split("\n")) {
        // A digest or a path is never broken.
        const words = line.trim().split(/\s+/);
        assert(columnsOf(line) <= columns || words.length < 3, line);
      }
    });
  }
}

Deno.test("The page of a plan with every command", () => {
  const text = planText({ ...busy(), commands: true });
  assertGoldenFile("plan/dump-commands.txt", text);
  for (const { commands } of busy().ladder) {
    for (const command of commands) assertStringIncludes(text, `$ ${command}`);
  }
  const without = planText(busy());
  assert(!/^ +\$ /m.test(without));
});

Deno.test("Where the downtime begins and ends is shown at its steps", () => {
  const lines = planText(busy()).split("\n");
  const at = (words: string) => lines.findIndex((it) => it.includes(words));
  const order = [
    "  1  prepare",
    "--- the downtime begins",
    "  2  stop-writers",
    "  7  switch",
    "--- up to here a rollback loses nothing",
    "  8  start ",
    "  9  start-writers",
    "--- the downtime ends",
  ].map(at);
  assert(!order.includes(-1), JSON.stringify(order));
  assertEquals(order, order.toSorted((a, b) => a - b));
  // Nobody but the database itself is stopped.
  const alone = planText(to18()).split("\n");
  const begins = alone.findIndex((it) =>
    it.includes("--- the downtime begins")
  );
  assert(alone[begins + 1]?.startsWith("  3  close"), alone[begins + 1]);
});

Deno.test("What a step takes grows with the data, and its bounds are in order", () => {
  const small = samplePlan({ bytes: 8_000_000 });
  const large = samplePlan({ bytes: 200 * 1024 ** 3 });
  for (const { id } of ladderFor(plannedRun(small))) {
    const [few, many] = [estimateStep(small, id), estimateStep(large, id)];
    if (few.ms === undefined) continue;
    assert(few.ms.least <= few.ms.most, id);
    assert((many.ms?.most ?? 0) >= few.ms.most, id);
    assert(many.space.most >= few.space.most, id);
  }
  // The whole of a run that was seen with 8 MB: 35 s.
  const { least, most } = estimateDowntime(small, ladderFor(plannedRun(small)));
  assert(least < 35_000 && most > 35_000, `${least} to ${most}`);
});
