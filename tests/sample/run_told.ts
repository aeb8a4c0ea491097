import type { Fact } from "../../journal/fact.ts";
import { fold } from "../../journal/fold.ts";
import type { Plan } from "../../journal/plan.ts";
import type { ReportInput } from "../../lib/report/change/build.ts";
import type { Measurements } from "../../lib/job/measurements.ts";
import { samplePlan } from "./plan.ts";
import {
  BUILT,
  done,
  downTo,
  failed,
  planned,
  started,
  turnedBack,
} from "./story.ts";

/** Runs with all that a report may have to tell. */

/** A name that would break out of markup, a table, a terminal. */
export const NASTY = `a"; <script>alert('1')</script> | *b* \u202e\u001b[2J`;

const DUMP: Measurements = {
  jobs: [{
    script: "dump_server",
    ok: true,
    exit: { clone: 0, recover: 0, serve: 0, stop: 0 },
    seconds: { clone: 0.214, recover: 1.002, serve: 61.174, stop: 0.452 },
    files_left_out: [],
  }, {
    script: "dump_worker",
    ok: true,
    exit: { list: 0, dump: 0, rows: 0, read_back: 0, sync: 0 },
    seconds: {
      list: 1.5,
      dump: 41.766,
      rows: 8.486,
      read_back: 9.857,
      sync: 1,
    },
    databases: [
      { name: "pleroma", bytes: 1_610_612_736, tables: 61 },
      { name: NASTY, bytes: 7_479_811, tables: 1 },
    ],
    bytes: 301_989_888,
    compression: "zstd:1",
    skipped_databases: ["old_one"],
  }],
};

const BUILD: Measurements = {
  jobs: [{
    script: "build",
    ok: true,
    exit: { initialise: 0, restore_globals: 0, restore: 0, analyze: 0, try: 0 },
    seconds: {
      initialise: 2.577,
      restore_globals: 0.279,
      restore: 73.203,
      analyze: 6.761,
      try: 0.672,
    },
    settings_dropped: ["vacuum_defer_cleanup_age"],
  }],
  compared: {
    verify: "counts",
    databases: [
      { name: "pleroma", tables: 61, rows: 4_211_902, sequences: 44 },
      { name: NASTY, tables: 1, rows: 3, sequences: 0 },
    ],
    more: 0,
  },
};

const evidence = (figures: Measurements) => ({
  figures: JSON.stringify(figures),
});

/** Facts and how many seconds after the one before each was written. */
type Story = readonly (readonly [number, Fact])[];

const CLIMB: Story = [
  [1, started("prepare")],
  [2, done("prepare")],
  [0, started("stop-writers")],
  [3, done("stop-writers")],
  [0, started("close")],
  [4, done("close", { inode: "1001", state: "shut down" })],
  [0, started("dump")],
  [66, done("dump", { attempt: "1", ...evidence(DUMP) })],
  [0, started("build")],
  [40, failed("build", `No space left on device: ${NASTY}`)],
  [95, started("build", 2)],
  [92, done("build", { ...BUILT, attempt: "2", ...evidence(BUILD) })],
  [0, started("swap")],
  [0.2, done("swap", { inode: "2002" })],
  [0, started("switch")],
  [1, { type: "waiting", step: "switch", ask: "Name postgres:17" }],
  [31, done("switch", { by: "manual" })],
  [0, started("start")],
  [3, done("start")],
  [0, started("start-writers")],
  [6, done("start-writers")],
];

const BACK: Story = [
  [3600, turnedBack],
  ...downTo("stop-writers").flatMap((fact): Story =>
    fact.type === "undo-started" && fact.step === "swap"
      ? [[1, {
        type: "loss-confirmed",
        evidence: { control: "c0ffee" },
        loss: "12 transactions (9001 bytes of WAL)",
      }], [1, fact]]
      : [[2, fact]]
  ),
  ...downTo("prepare", "prepare").map((fact) => [1, fact] as const),
  [1, { type: "run-closed", outcome: "rolled-back" }],
];

export const STORIES = {
  "committed": [...CLIMB, [86400, { type: "run-committing" }], [
    2,
    { type: "run-closed", outcome: "committed" },
  ]],
  "rolled-back": [...CLIMB, ...BACK],
  "under-way": CLIMB.slice(0, 11),
} as const satisfies Record<string, Story>;

/** As a report is told five seconds after the last fact. */
export function toldOf(
  story: Story,
  plan: Plan = samplePlan({ by: "alice" }),
): ReportInput {
  let ms = 0;
  const stamp = (seconds: number) => {
    ms += seconds * 1000;
    return {
      at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + ms).toISOString(),
      boot: "00000000-0000-4000-8000-000000000001",
      ms: 60_000 + ms,
    };
  };
  const facts = [[0, planned(plan)] as const, ...story];
  const entries = facts.map(([seconds, fact], seq) => ({
    seq,
    ...stamp(seconds),
    fact,
  }));
  const state = fold(facts.map(([, fact]) => fact));
  const built = state.steps.build.status === "done";
  return {
    plan,
    state,
    entries,
    measurements: new Map([
      ["dump", DUMP],
      ...(built || state.closed ? [["build", BUILD] as const] : []),
    ]),
    commands: [
      {
        at: entries.at(0)?.at ?? "",
        command: ["systemctl", "stop", "--", "pleroma.service"],
        code: 0,
        ms: 1204,
      },
      {
        at: entries.at(-1)?.at ?? "",
        command: ["podman", "exec", "pleroma-db", "bash", "-c", NASTY],
        code: 2,
        ms: 61,
      },
    ],
    journal: `${plan.state.path}/journal.json`,
    now: stamp(5),
    tool: "0.1.0",
  };
}
