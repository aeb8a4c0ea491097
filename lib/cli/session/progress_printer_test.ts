import { assertEquals } from "@std/assert";
import { appFor } from "../../../tests/sample/app.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Screen } from "../../port/operator.ts";
import type {
  LadderStatus,
  StepStatusEntry,
} from "../../report/step_status.ts";
import type { App } from "../command/command.ts";
import { progressLine, ProgressPrinter } from "./progress_printer.ts";

/** The second step of two, at work. */
function climb(more: Partial<StepStatusEntry> = {}): LadderStatus {
  return {
    run: "r1",
    container: "db",
    step: "build",
    steps: [{ id: "dump", status: "done" }, {
      id: "build",
      status: "started",
      ...more,
    }],
  };
}

const COPY = (done: number) =>
  climb({
    phase: "restore shop",
    progress: { done, total: 4, unit: "tables" },
  });

/** A teller whose words are collected, with one look a second. */
function teller(
  { announces = false, live = false, words = ["resume", "db"] } = {},
) {
  const told: string[] = [];
  const screen: Screen = {
    live,
    pages: live,
    gone: false,
    size: { columns: 60, rows: 20 },
    draw: (lines) => void told.push(`draw ${JSON.stringify(lines)}`),
    fill: () => {},
    leave: () => {},
  };
  const ports = portsOf({});
  const app: App = {
    ...appFor(words, told),
    operator: {
      print: (text) => void told.push(`print ${text}`),
      present: false,
      ask: () => Promise.resolve(undefined),
    },
    ports: {
      ...ports,
      host: {
        ...ports.host,
        stopAsked: undefined,
        now: () => ({ at: "2026-05-01T10:00:00.000Z", boot: "b", ms: 0 }),
        say: (text) => void told.push(`say ${text}`),
      },
    },
    screen,
  };
  const it = new ProgressPrinter(app, {
    everyMs: 1000,
    announces,
    json: progressLine,
  });
  return { told, it };
}

Deno.test("In a log the program says how far it is every 30 seconds", () => {
  const { it, told } = teller();
  for (let second = 1; second <= 65; second++) it.print(COPY(2));
  assertEquals(told, [
    "say       restore shop 2 of 4 tables, 50 %",
    "say       restore shop 2 of 4 tables, 50 %",
  ]);
});

Deno.test("In a log who follows says each step and phase at once as well", () => {
  const { it, told } = teller({ announces: true });
  it.print(climb());
  it.print(COPY(0));
  for (let second = 1; second <= 31; second++) it.print(COPY(2));
  it.print(climb({ status: "done" }));
  assertEquals(told, [
    "print [2/2] build started",
    "print [2/2] build started: restore shop 0 of 4 tables, 0 %",
    "print       restore shop 2 of 4 tables, 50 %",
    "print [2/2] build done",
  ]);
});

Deno.test("On a terminal the lines are drawn again at each look", () => {
  const { it, told } = teller({ announces: true, live: true });
  it.print(COPY(1));
  it.print(COPY(2));
  it.print(climb({ status: "failed" }));
  it.end();
  assertEquals(told, [
    "print [2/2] build started",
    'draw ["      restore shop [####..............] 1 of 4 tables, 25 %"]',
    'draw ["      restore shop [#########.........] 2 of 4 tables, 50 %"]',
    "print [2/2] build failed",
    "draw []",
    "draw []",
  ]);
});

Deno.test("With --json a line is printed at news, and each five seconds", () => {
  const { it, told } = teller({
    live: true,
    words: ["resume", "db", "--json"],
  });
  for (let second = 1; second <= 12; second++) it.print(COPY(second));
  const lines = told.map((line) => JSON.parse(line.slice("print ".length)));
  assertEquals(
    lines.map(({ number, of, step, type }) => [
      type,
      number,
      of,
      step.progress.done,
    ]),
    [["progress", 2, 2, 1], ["progress", 2, 2, 6], ["progress", 2, 2, 11]],
  );
});

Deno.test("At the ladder's end nothing is drawn and no line of JSON is said", () => {
  const { it, told } = teller({ words: ["resume", "db", "--json"] });
  it.print({ ...climb({ status: "done" }), step: null });
  assertEquals(told, []);
});
