import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Fact } from "../../journal/fact.ts";
import { fold } from "../../journal/fold.ts";
import { stepsOf } from "../../journal/step_id.ts";
import { STANDINGS, statusAfter } from "../../tests/sample/standing.ts";
import {
  BUILT,
  COMMITTED,
  done,
  downTo,
  failed,
  lapse,
  planned,
  ROLLED_BACK,
  started,
  turnedBack,
  undoing,
  upTo,
} from "../../tests/sample/story.ts";
import { overallOf } from "./status.ts";

const TOP = upTo("start-writers");
const COMMITTING: Fact[] = [...TOP, { type: "run-committing" }];
const WAITING: Fact[] = [
  ...upTo("swap"),
  started("switch"),
  { type: "waiting", step: "switch", ask: "Name 17" },
];

const STATES: readonly (readonly [string, readonly Fact[]])[] = [
  ["open", [planned()]],
  ["open", [...upTo("close"), started("dump")]],
  ["open", [...upTo("dump"), lapse("close")]],
  ["waiting", WAITING],
  ["open", [...WAITING, done("switch")]],
  ["turned-back", [...upTo("dump"), turnedBack]],
  ["turned-back", [...WAITING, turnedBack]],
  ["upgraded", TOP],
  ["committing", COMMITTING],
  ["committed", COMMITTED],
  ["rolled-back", ROLLED_BACK],
];

for (const [state, facts] of STATES) {
  const last = facts.at(-1)?.type ?? "";
  Deno.test(`After ${facts.length} facts, the last "${last}", the run is ${state}`, () => {
    assertEquals(overallOf(fold(facts)), state);
  });
}

Deno.test("A wait on the way down is a wait", () => {
  const facts: Fact[] = [...upTo("switch"), turnedBack, undoing("switch"), {
    type: "waiting",
    step: "switch",
    ask: "Name 15",
  }];
  assertEquals(overallOf(fold(facts)), "waiting");
});

Deno.test("A whole status, midway, with a job at work", async () => {
  const standing = {
    ...STANDINGS.closed,
    texts: {
      "/srv/pleroma-db.pgladder/job/dump-1/dump_worker.progress": JSON
        .stringify({
          phase: "dump",
          database: "pleroma",
          done: 3,
          total: 12,
          unit: "tables",
        }),
    },
  };
  const facts = [...upTo("close"), started("dump")];
  const pending = (id: string) => ({ id, status: "pending" });
  assertEquals<unknown>(await statusAfter(facts, standing), {
    run: "20260102-030405-a1b2",
    container: "pleroma-db",
    asked: ["upgrade", "pleroma-db", "--to", "17"],
    state: "open",
    from: { image: "docker.io/library/postgres:15", version: "15.18" },
    to: { image: "docker.io/library/postgres:17", version: "17.6" },
    method: "dump",
    step: "dump",
    steps: [
      ...["prepare", "stop-writers", "close"].map((id, index) => ({
        id,
        status: "done",
        started_at: `2026-01-02T03:04:${
          `${6 + 2 * index}`.padStart(2, "0")
        }.000Z`,
        ms: 1000,
      })),
      {
        id: "dump",
        status: "started",
        started_at: "2026-01-02T03:04:12.000Z",
        phase: "dump pleroma",
        progress: { done: 3, total: 12, unit: "tables" },
      },
      ...["build", "swap", "switch", "start", "start-writers"].map(pending),
    ],
    "downtime_since": "2026-01-02T03:04:08.000Z",
    database: {
      serving: false,
      version: "15",
      volume: "/srv/pleroma-db.bak",
      words:
        "PostgreSQL 15 does not serve, it is closed; all rows are in /srv/pleroma-db.bak",
    },
    rollback: {
      moves: [
        "dump: removes the dump",
        "close: puts the volume back in one exchange and starts podman-pleroma-db.service",
        "stop-writers: unblocks them and starts those that ran",
        "prepare: removes the tags, the pins and the new cluster, and starts the timers",
      ],
      loses: "nothing",
    },
    next: ["pgladder resume pleroma-db", "pgladder rollback pleroma-db"],
    message: "",
    journal: "/srv/pleroma-db.pgladder/journal.json",
    log: "/srv/pleroma-db.pgladder/job",
  });
});

Deno.test("On the way back to the old version it is said, and what to type says it again", async () => {
  const old = { ...turnedBack, old: ["upgrade", "pleroma-db", "--to", "15"] };
  const { database, next } = await statusAfter(
    [...upTo("close"), old],
    STANDINGS.closed,
  );
  assertEquals(
    database.words,
    "PostgreSQL 15 does not serve, it is closed; all rows are in /srv/pleroma-db.bak; in the end PostgreSQL 15.18 is to serve them (--to-old)",
  );
  assertEquals(next, ["pgladder rollback pleroma-db --to-old"]);
});

const DATABASE:
  readonly (readonly [keyof typeof STANDINGS, readonly Fact[], object])[] = [
    ["untouched", [planned()], {
      serving: true,
      version: "15",
      volume: "/srv/pleroma-db",
      words: "PostgreSQL 15 serves, it is in /srv/pleroma-db",
    }],
    ["swapped", upTo("swap"), {
      serving: false,
      version: "17",
      volume: "/srv/pleroma-db",
      kept: "/srv/pleroma-db.bak",
      words: "PostgreSQL 17 does not serve, it is in /srv/pleroma-db",
    }],
    ["upgraded", TOP, {
      serving: true,
      version: "17",
      volume: "/srv/pleroma-db",
      kept: "/srv/pleroma-db.bak",
      words: "PostgreSQL 17 serves, it is in /srv/pleroma-db",
    }],
    ["kept", ROLLED_BACK, {
      serving: true,
      version: "15",
      volume: "/srv/pleroma-db",
      kept: "/srv/pleroma-db.aborted",
      words: "PostgreSQL 15 serves, it is in /srv/pleroma-db",
    }],
    ["gone", TOP, {
      serving: false,
      volume: "/srv/pleroma-db",
      words:
        "the data that belong in /srv/pleroma-db cannot be seen there: look before you move anything",
    }],
    ["moved", TOP, {
      serving: false,
      volume: "/srv/pleroma-db",
      kept: "/srv/pleroma-db.bak",
      words:
        "the data that belong in /srv/pleroma-db cannot be seen there: look before you move anything",
    }],
    ["gone", upTo("close"), {
      serving: false,
      volume: "/srv/pleroma-db.bak",
      words:
        "the data that belong in /srv/pleroma-db.bak cannot be seen there: look before you move anything",
    }],
  ];

for (const [standing, facts, database] of DATABASE) {
  Deno.test(`The database, where the host is ${standing}`, async () => {
    const status = await statusAfter(facts, STANDINGS[standing]);
    assertEquals<unknown>(status.database, database);
  });
}

const NEXT:
  readonly (readonly [readonly Fact[], keyof typeof STANDINGS, string[]])[] = [
    [WAITING, "swapped", ["resume", "rollback"]],
    [[...TOP, turnedBack], "upgraded", ["resume"]],
    [TOP, "upgraded", ["commit", "rollback"]],
    [COMMITTING, "upgraded", ["commit"]],
    [COMMITTED, "upgraded", []],
    [ROLLED_BACK, "untouched", []],
    [ROLLED_BACK, "kept", ["commit"]],
  ];

for (const [facts, standing, verbs] of NEXT) {
  const { type } = facts.at(-1) ?? planned();
  Deno.test(`What to type after "${type}", where the host is ${standing}`, async () => {
    const { next } = await statusAfter(facts, STANDINGS[standing]);
    assertEquals(next, verbs.map((verb) => `pgladder ${verb} pleroma-db`));
  });
}

Deno.test("From the start on a rollback loses what the new version has taken", async () => {
  const LOSES =
    "what the new version has taken since it was started (kept in /srv/pleroma-db.aborted)";
  const cases: readonly (readonly [readonly Fact[], string])[] = [
    [upTo("swap"), "nothing"],
    // A rebuild may have started the unit by itself.
    [[...upTo("swap"), started("switch")], LOSES],
    [upTo("start"), LOSES],
    [[...upTo("start"), turnedBack, ...downTo("switch", "start")], "nothing"],
    [COMMITTING, "there is no way back"],
    [COMMITTED, "there is no way back"],
  ];
  for (const [facts, loses] of cases) {
    const { rollback } = await statusAfter(facts, STANDINGS.upgraded);
    assertEquals(rollback.loses, loses);
  }
});

Deno.test("Before the new version was started a rollback loses nothing, as its data say", async () => {
  const control = {
    systemIdentifier: "7500000000000000001",
    state: "shut down" as const,
    checkpoint: `${BUILT.checkpoint}`,
    nextXid: `${BUILT.nextXid}`,
    sha256: `${BUILT.control}`,
  };
  const waiting = [...upTo("swap"), started("switch")];
  const untouched = { ...STANDINGS.swapped, control };
  assertEquals(
    (await statusAfter(waiting, untouched)).rollback.loses,
    "nothing",
  );
  // A rebuild has started it.
  const served = {
    ...control,
    sha256: "dead",
    state: "in production" as const,
  };
  assertStringIncludes(
    (await statusAfter(waiting, { ...untouched, control: served })).rollback
      .loses,
    "what the new version has taken",
  );
});

Deno.test("At the top a rollback has nine moves, from the top", async () => {
  const { rollback } = await statusAfter(TOP, STANDINGS.upgraded);
  assertEquals(
    rollback.moves.map((move) => move.split(":")[0]),
    stepsOf("dump").toReversed(),
  );
});

Deno.test("What went wrong, or what is asked, is the message", async () => {
  const messages = async (facts: readonly Fact[]) =>
    (await statusAfter(facts, STANDINGS.closed)).message;
  const broken = [
    ...upTo("close"),
    started("dump"),
    failed("dump", "no space"),
  ];
  assertEquals(await messages(broken), "dump: no space");
  assertEquals(await messages([...broken, started("dump", 2)]), "");
  assertEquals(await messages(WAITING), "Name 17");
  assertEquals(
    await messages([...upTo("dump"), lapse("close")]),
    "close: none of it",
  );
});

Deno.test("An invalidated step reads as failed; what stands on it is the current step first", async () => {
  const { step, steps } = await statusAfter(
    [...upTo("build"), lapse("close")],
    STANDINGS.closed,
  );
  assertEquals(steps[2]?.status, "failed");
  assertEquals(step, "build");
});
