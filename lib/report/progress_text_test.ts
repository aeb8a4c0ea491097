import { assert, assertEquals } from "@std/assert";
import {
  type Meter,
  meterLines,
  meterOf,
  meterWords,
} from "./progress_text.ts";
import { columnsOf } from "../base/wrap.ts";

const GIB = 1024 ** 3;

const RESTORING: Meter = {
  doing: "restore shop",
  progress: {
    done: 4.1 * GIB,
    total: 12.3 * GIB,
    unit: "bytes",
    seconds: 123,
    rate: 34 * 1024 ** 2,
    "left_seconds": 250,
    tables: { done: 12, total: 40 },
    indexes: { done: 3, total: 55 },
    now: [
      {
        what: "fill",
        name: "public.events",
        done: 1.2 * GIB,
        total: 0,
        unit: "bytes",
      },
      {
        what: "index",
        name: "public.a",
        done: 43,
        total: 100,
        unit: "blocks",
      },
    ],
  },
  seconds: 150,
  downtimeSeconds: 192,
};

Deno.test("A meter has the bar, the figures, the rate and the time left", () => {
  assertEquals(meterLines(RESTORING, 100), [
    "      restore shop [#########...................] 4.1 of 12.3 GiB, 33 %, 34.0 MiB/s, 4 min 10 s left",
    "      tables 12 of 40, indexes 3 of 55, fill public.events 1.2 GiB, index public.a 43 %",
    "      downtime so far 3 min 12 s",
  ]);
});

Deno.test("What a narrow terminal has no room for is left out, the time left last", () => {
  assertEquals(
    [81, 75, 62, 48, 30].map((columns) => meterLines(RESTORING, columns)[0]),
    [
      "      restore shop [##.......] 4.1 of 12.3 GiB, 33 %, 34.0 MiB/s, 4 min 10 s left",
      "      restore shop [####...........] 4.1 of 12.3 GiB, 33 %, 4 min 10 s left",
      "      restore shop [######.............] 33 %, 4 min 10 s left",
      "      restore shop [#######...............] 33 %",
      "      restore shop 33 %",
    ],
  );
});

Deno.test("No line of a meter is wider than the terminal, whatever the names are", () => {
  const names = [
    "x".repeat(300),
    "データベース".repeat(20),
    "a\u0301".repeat(60),
    "👍🏽".repeat(50),
    "two\nlines\tand \u001b[31mred\u202e",
  ];
  for (const name of names) {
    for (let columns = 20; columns <= 120; columns++) {
      const lines = meterLines({
        ...RESTORING,
        doing: `restore ${name}`,
        progress: {
          ...RESTORING.progress ?? { done: 0, total: 0, unit: "" },
          now: [{ what: "fill", name, done: 1, total: 0, unit: "bytes" }],
        },
      }, columns);
      for (const line of lines) {
        assert(columnsOf(line) <= columns, `${columns}: ${line}`);
        // deno-lint-ignore no-control-regex
        assert(!/[\u0000-\u001f\u202e]/.test(line), line);
      }
    }
  }
});

Deno.test("Where the whole is not known, the time that it takes is told", () => {
  const meter: Meter = {
    doing: "recover",
    progress: { done: 0, total: 0, unit: "", seconds: 75 },
    seconds: 80,
  };
  assertEquals(meterLines(meter, 80), ["      recover 1 min 15 s"]);
  assertEquals(meterWords(meter), "      recover, 1 min 15 s");
  // The step's time is not that of a phase of which nothing is known.
  assertEquals(
    meterLines({
      doing: "compare",
      progress: { done: 0, total: 0, unit: "" },
      seconds: 300,
    }, 80),
    ["      compare"],
  );
  assertEquals(meterLines({ doing: "stop-writers", seconds: 2 }, 80), [
    "      stop-writers 2.0 s",
  ]);
});

Deno.test("In a log all of it is one line", () => {
  assertEquals(
    meterWords(RESTORING),
    "      restore shop 4.1 of 12.3 GiB, 33 %, 34.0 MiB/s, 4 min 10 s left, tables 12 of 40, indexes 3 of 55, fill public.events 1.2 GiB, index public.a 43 %, downtime so far 3 min 12 s",
  );
});

Deno.test("A bar is never full before the phase has ended", () => {
  const [line = ""] = meterLines({
    doing: "dump",
    progress: { done: 9, total: 4, unit: "tables" },
    seconds: 1,
  }, 80);
  assertEquals(
    line,
    "      dump [#############################.] 9 of 4 tables, 99 %",
  );
});

Deno.test("A meter is of a step that is under way", () => {
  const at = "2026-05-01T10:02:00.000Z";
  const steps = [{
    id: "dump",
    status: "started",
    "started_at": "2026-05-01T10:00:30.000Z",
  }] as const;
  const since = "2026-05-01T10:00:00.000Z";
  assertEquals(meterOf({ step: "dump", steps, "downtime_since": since }, at), {
    doing: "dump",
    seconds: 90,
    downtimeSeconds: 120,
  });
  assertEquals(
    meterOf({ step: "dump", steps: [{ id: "dump", status: "failed" }] }, at),
    undefined,
  );
  assertEquals(meterOf({ step: null, steps }, at), undefined);
});
