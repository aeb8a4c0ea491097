import { join } from "@std/path";
import * as v from "valibot";
import { readJson } from "../base/json.ts";
import type { StepId } from "../../journal/step_id.ts";
import type { Context } from "../run/context.ts";
import type { Files } from "../port/files.ts";

const count = v.pipe(v.number(), v.minValue(0));
/** What is there of it, and how many there will be. */
const ofAll = v.optional(v.tuple([count, count]));

/** How far a job is, as it says itself once a second: see `job/progress.sh`. */
const ProgressSchema = v.object({
  phase: v.string(),
  database: v.optional(v.nullable(v.string())),
  done: count,
  /** 0 where it is not known. */
  total: count,
  unit: v.string(),
  /** Since the phase was begun. */
  seconds: v.optional(count),
  /** Of the last minute, in units a second. */
  rate: v.optional(count),
  /** Seconds to the phase's end at that rate. */
  left: v.optional(count),
  /** Of the current database. */
  tables: ofAll,
  indexes: ofAll,
  /** Each session at work: what it does, to what, how far, of all, unit. */
  now: v.optional(
    v.array(v.tuple([v.string(), v.string(), count, count, v.string()])),
  ),
});

/** Bytes: one line, with one entry a session at work. */
const PROGRESS_MAX = 1 << 20;

export type Progress = v.InferOutput<typeof ProgressSchema>;

/** The script of each step's job whose progress a person wants to see. */
const SCRIPTS: Partial<Record<StepId, readonly string[]>> = {
  // In a rehearsal the copy is made in its place.
  "stop-writers": ["base_backup"],
  close: ["mend"],
  ask: ["ask"],
  dump: ["dump_worker", "dump_server"],
  build: ["build", "pg_upgrade"],
  reindex: ["reindex"],
};

/** What the job of a step says; undefined where there is none at work. */
export async function progressOf(
  { names, ports: { files }, state }: Context<"files">,
  step: StepId | null,
): Promise<Progress | undefined> {
  if (step === null || state.steps[step].status !== "started") return undefined;
  const directory = names.job(step, state.steps[step].attempt);
  if (step === "build" && await hasEnded(directory, files)) return COMPARING;
  let found: Progress | undefined;
  for (const script of SCRIPTS[step] ?? []) {
    const path = join(directory, `${script}.progress`);
    const text = await files.readSmall(path, PROGRESS_MAX);
    const parsed = readJson(ProgressSchema, text ?? "");
    if (!parsed.success) continue;
    found ??= parsed.output;
    // One that waits for another says less than that one does.
    if (!WAITING.includes(parsed.output.phase)) return parsed.output;
  }
  return found;
}

/** What pgladder does itself, once the new cluster's job has ended. */
const COMPARING: Progress = { phase: "compare", done: 0, total: 0, unit: "" };

async function hasEnded(directory: string, files: Files): Promise<boolean> {
  for (const script of SCRIPTS.build ?? []) {
    const result = join(directory, `${script}.result.json`);
    if (await files.look(result) !== undefined) return true;
  }
  return false;
}

/** Phases in which a job waits for one that stands behind it in `SCRIPTS`. */
const WAITING: readonly string[] = ["wait", "finish"];

/** What `status --json` says of it. */
export interface StatusProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly seconds?: number;
  readonly rate?: number;
  readonly "left_seconds"?: number;
  readonly tables?: { done: number; total: number };
  readonly indexes?: { done: number; total: number };
  readonly now?: readonly {
    what: string;
    name: string;
    done: number;
    total: number;
    unit: string;
  }[];
}

export function statusProgress(progress: Progress): StatusProgress {
  const { done, indexes, left, now, rate, seconds, tables, total, unit } =
    progress;
  const pair = ([done, total]: readonly [number, number]) => ({ done, total });
  return {
    done,
    total,
    unit,
    ...(seconds === undefined ? {} : { seconds }),
    ...(rate === undefined ? {} : { rate }),
    ...(left === undefined ? {} : { "left_seconds": left }),
    ...(tables === undefined ? {} : { tables: pair(tables) }),
    ...(indexes === undefined ? {} : { indexes: pair(indexes) }),
    ...(now === undefined ? {} : {
      now: now.map(([what, name, done, total, unit]) => ({
        what,
        name,
        done,
        total,
        unit,
      })),
    }),
  };
}

/** What it is at, for a person. */
export function doingOf({ database, phase }: Progress): string {
  const words = phase.replaceAll("_", " ");
  return database ? `${words} ${database}` : words;
}
