import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Fact } from "../../journal/fact.ts";
import { assertGolden, goldenNames } from "../../tests/sample/golden.ts";
import { STORIES, toldOf } from "../../tests/sample/run_told.ts";
import {
  type Standing,
  STANDINGS,
  statusAfter,
} from "../../tests/sample/standing.ts";
import {
  COMMITTED,
  downTo,
  failed,
  ROLLED_BACK,
  started,
  turnedBack,
  undoing,
  upTo,
} from "../../tests/sample/story.ts";
import { closing, phaseText, statusList, statusText } from "./status_text.ts";

const TOP = upTo("start-writers");

/** The texts of this file by their golden file. */
const NAMES: string[] = [];

function golden(name: string, text: () => string | Promise<string>) {
  NAMES.push(name);
  Deno.test(`What a person reads: ${name}`, async () => {
    assertGolden(name, await text());
  });
}

const DUMPING: Standing = {
  ...STANDINGS.closed,
  texts: {
    "/srv/pleroma-db.pgladder/job/dump-2/dump_worker.progress": JSON.stringify({
      phase: "dump",
      database: "pleroma",
      done: 3,
      total: 12,
      unit: "tables",
    }),
  },
};

const STATES: Readonly<Record<string, readonly [readonly Fact[], Standing]>> = {
  "open": [
    [
      ...upTo("close"),
      started("dump"),
      failed("dump", "no space left on device"),
      started("dump", 2),
    ],
    DUMPING,
  ],
  "failed": [
    [...upTo("dump"), started("build"), failed("build", "it differs\u0007")],
    STANDINGS.closed,
  ],
  "waiting": [
    [...upTo("swap"), started("switch"), {
      type: "waiting",
      step: "switch",
      ask: "Change the configuration:\n  the image: postgres:15 → postgres:17",
    }],
    STANDINGS.swapped,
  ],
  "turned-back": [
    [
      ...upTo("swap"),
      started("switch"),
      turnedBack,
      ...downTo("swap", "switch"),
      undoing("build"),
    ],
    STANDINGS.closed,
  ],
  "upgraded": [TOP, STANDINGS.upgraded],
  "committing": [[...TOP, { type: "run-committing" }], STANDINGS.upgraded],
};

for (const [state, [facts, standing]] of Object.entries(STATES)) {
  for (const columns of [80, 120]) {
    golden(
      `status-${state}-${columns}`,
      async () => statusText(await statusAfter(facts, standing), columns),
    );
  }
}

golden("status-of-several", async () => {
  const all = ["open", "upgraded", "waiting"].map((state) => STATES[state])
    .filter((it) => it !== undefined);
  return statusList(
    await Promise.all(all.map((it) => statusAfter(...it))),
  );
});

golden("status-with-figures", async () => {
  const input = toldOf(STORIES.committed);
  const facts = input.entries.map(({ fact }) => fact).slice(0, -2);
  const standing: Standing = {
    ...STANDINGS.upgraded,
    control: {
      systemIdentifier: "7500000000000000001",
      state: "in production",
      checkpoint: "0/3004028",
      nextXid: "812",
      sha256: "dead",
    },
  };
  const status = await statusAfter(facts, standing, { entries: input.entries });
  assertEquals(status.rollback.taken, {
    transactions: 12,
    bytes: 16384,
    exact: false,
  });
  return statusText(status, 120);
});

golden("closing-lines", async () => {
  const ends: readonly (readonly [readonly Fact[], Standing])[] = [
    ...Object.values(STATES),
    [COMMITTED, STANDINGS.upgraded],
    [ROLLED_BACK, STANDINGS.untouched],
    [ROLLED_BACK, STANDINGS.kept],
    [upTo("close"), STANDINGS.gone],
  ];
  const texts: string[] = [];
  for (const [facts, standing] of ends) {
    const status = await statusAfter(facts, standing);
    texts.push(`${status.state}\n${closing(status)}`);
  }
  return texts.join("\n\n");
});

Deno.test("There are no golden texts that nobody compares", () => {
  assertEquals(goldenNames(), NAMES.toSorted());
});

Deno.test("A phase without a known total is told without figures", () => {
  const step = { id: "dump", status: "started", phase: "sync" } as const;
  assertEquals(phaseText(step), "sync");
  const progress = { done: 3, total: 0, unit: "tables" };
  assertEquals(phaseText({ ...step, progress }), "sync");
  assertEquals(
    phaseText({ ...step, progress: { ...progress, total: 12 } }),
    "sync 3 of 12 tables",
  );
});

Deno.test("Every text ends with database, next and where", async () => {
  for (const [facts, standing] of Object.values(STATES)) {
    const status = await statusAfter(facts, standing);
    const last = statusText(status).split("\n").slice(-3).join("\n");
    assertEquals(last, closing(status));
    assertEquals(
      last.split("\n").map((line) => line.slice(0, 10)),
      ["Database: ", "Next:     ", "Where:    "],
    );
  }
});

Deno.test("What disagrees after an upgrade stands in the status, with what to do", async () => {
  const status = await statusAfter(TOP, STANDINGS.upgraded);
  const text = statusText({
    ...status,
    disagreements: [{ found: "the unit would run 15", remedy: "Name 17" }],
  });
  assertStringIncludes(text, "\n\n  ! the unit would run 15\n    Name 17\n\n");
});
