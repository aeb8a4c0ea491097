import { assertEquals, assertRejects } from "@std/assert";
import { Journal } from "../../../journal/journal.ts";
import { appFor } from "../../../tests/sample/app.ts";
import { SecondsClock } from "../../../tests/sample/memory.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Screen } from "../../port/operator.ts";
import { showing } from "./show_progress.ts";
import { contextOf } from "../../run/context.ts";

/** A journal in memory, and a terminal that remembers what was drawn. */
function scene() {
  const drawn: string[] = [];
  const screen: Screen = {
    live: true,
    pages: true,
    gone: false,
    size: { columns: 80, rows: 24 },
    draw: (lines) => void drawn.push(lines.join("|")),
    fill: () => {},
    leave: () => {},
  };
  const plan = samplePlan();
  const journal = Journal.open(
    { read: () => undefined, replace: () => {} },
    new SecondsClock(),
    "0.1.0",
  );
  journal.append({ type: "run-planned", plan });
  journal.append({ type: "step-started", step: "prepare", attempt: 1 });
  const ports = portsOf({});
  const host = {
    ...ports.host,
    stopAsked: undefined,
    now: () => new SecondsClock().now(),
  };
  const app = appFor(["resume"], [], { ...ports, host });
  const run = { ...contextOf(plan, ports), journal };
  return { app: { ...app, screen }, drawn, run };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("What a run is at is drawn while it goes on, and taken away", async () => {
  const { app, drawn, run } = scene();
  const result = await showing(app, run, async () => {
    for (let turn = 0; turn < 100 && drawn.length === 0; turn++) {
      await pause(100);
    }
    return 7;
  });
  assertEquals(result, 7);
  assertEquals([drawn[0]?.trim().split(" ")[0], drawn.at(-1)], ["prepare", ""]);
});

Deno.test("A run that fails at once waits for nobody who watches", async () => {
  const { app, drawn, run } = scene();
  const { setTimeout } = globalThis;
  // Who waited for this would wait for ever.
  globalThis.setTimeout = Object.assign(() => 0, setTimeout);
  try {
    await assertRejects(
      () => showing(app, run, () => Promise.reject(new Error("x"))),
      Error,
      "x",
    );
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assertEquals(drawn, [""]);
});
