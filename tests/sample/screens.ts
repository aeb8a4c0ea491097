import type { Fact } from "../../journal/fact.ts";
import { runChecks } from "../../lib/plan/check/checks.ts";
import { lossWords } from "../../lib/cli/session/run_steps.ts";
import { Failure } from "../../lib/base/failure.ts";
import { ladderFor } from "../../lib/upgrade/ladder.ts";
import { meterLines, meterOf } from "../../lib/report/progress_text.ts";
import { planText } from "../../lib/report/plan_text.ts";
import { closing, statusText } from "../../lib/report/status_text.ts";
import { sampleFacts, sampleLive, sampleSettings } from "./found.ts";
import { samplePlan } from "./plan.ts";
import { type Standing, STANDINGS, statusAfter } from "./standing.ts";
import { failed, started, upTo } from "./story.ts";
import { plannedRun } from "../../lib/run/context.ts";

/**
 * What stands on a terminal at the five moments that count, at so many columns
 * and without colours. The words are the program's own; only which of them
 * come one after the other is told here.
 */
export const SCREENS: Readonly<
  Record<string, (columns: number) => string | Promise<string>>
> = { plan, running, failed: failedStep, killed, "rollback-warning": warning };

const JOB = "/srv/pleroma-db.pgladder/job";
const MIB = 1024 ** 2;

const RESTORING: Standing = {
  ...STANDINGS.closed,
  texts: {
    [`${JOB}/build-1/build.progress`]: JSON.stringify({
      phase: "restore",
      database: "pleroma",
      done: 704 * MIB,
      total: 1740 * MIB,
      unit: "bytes",
      seconds: 21,
      rate: 34.2 * MIB,
      left: 30,
      tables: [29, 41],
      indexes: [7, 96],
      now: [
        ["fill", "public.activities", 212 * MIB, 0, "bytes"],
        ["index", "public.objects", 4100, 9800, "blocks"],
      ],
    }),
  },
};

const BUILDING: readonly Fact[] = [...upTo("dump"), started("build")];

function plan(columns: number): string {
  const connections = [{
    database: "pleroma",
    application: "pleroma",
    address: "10.88.0.7",
    count: 12,
  }];
  const facts = sampleFacts({ server: sampleLive({ connections }) });
  return [
    "$ pgladder plan pleroma-db --to 17",
    planText({
      plan: samplePlan(),
      facts,
      checks: runChecks(facts, sampleSettings()),
      ladder: ladderFor(plannedRun(samplePlan())),
      commands: false,
      columns,
    }),
  ].join("\n");
}

/** As the loop says it: see `runner.ts`. */
function said(steps: number): string[] {
  return ladderFor(plannedRun(samplePlan())).slice(0, steps).map((
    { title },
    index,
  ) => `[${index + 1}/${ladderFor(plannedRun(samplePlan())).length}] ${title}`);
}

async function running(columns: number): Promise<string> {
  const status = await statusAfter(BUILDING, RESTORING);
  const begun = status.steps.find(({ id }) => id === status.step)?.started_at;
  const meter = meterOf(status, later(begun ?? "", 25));
  return [
    "$ pgladder upgrade pleroma-db --to 17 --yes",
    ...said(5),
    ...(meter === undefined ? [] : meterLines(meter, columns - 1)),
  ].join("\n");
}

const later = (at: string, seconds: number) =>
  new Date(Date.parse(at) + seconds * 1000).toISOString();

async function failedStep(): Promise<string> {
  const reason =
    'the job "build" failed in "restore": pg_restore exited with 1\npg_restore: error: COPY failed for table "objects": ERROR:  invalid byte sequence for encoding "UTF8": 0xe2 0x28';
  const status = await statusAfter(
    [...BUILDING, failed("build", reason)],
    STANDINGS.closed,
  );
  const { hint, message } = new Failure("step", {
    step: "build",
    reason,
    container: status.container,
  });
  return [
    "$ pgladder upgrade pleroma-db --to 17 --yes",
    ...said(5),
    closing(status),
    `pgladder: ${message}`,
    `  → ${hint}`,
  ].join("\n");
}

async function killed(columns: number): Promise<string> {
  const status = await statusAfter(BUILDING, RESTORING);
  return [
    "$ pgladder status pleroma-db",
    statusText({ ...status, "at_work": false }, columns),
  ].join("\n");
}

async function warning(columns: number): Promise<string> {
  const status = await statusAfter(upTo("start-writers"), {
    ...STANDINGS.upgraded,
    control: {
      systemIdentifier: "7500000000000000001",
      state: "in production",
      checkpoint: "0/3004028",
      nextXid: "812",
      sha256: "dead",
    },
  });
  return [
    "$ pgladder status pleroma-db",
    statusText(status, columns),
    "$ pgladder rollback pleroma-db",
    ...said(9).slice(-2).toReversed().map((line) =>
      line.replace("] ", "] Undo: ")
    ),
    lossWords(
      samplePlan(),
      "since the new version was started it has taken 12 transactions (16384 bytes of WAL), which the old data do not have",
    ),
    "Type the container's name to go back without them: ",
  ].join("\n");
}
