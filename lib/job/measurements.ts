import { join } from "@std/path";
import * as v from "valibot";
import { readJson } from "../base/json.ts";
import type { Evidence } from "../../journal/fact.ts";
import type { StepId } from "../../journal/step_id.ts";
import { databasesOf, type ReadFile, type Verify } from "../compare/compare.ts";
import type { RunContext } from "../run/context.ts";
import type { Files } from "../port/files.ts";
import { bytes } from "../base/format.ts";

/**
 * What jobs and the comparison measured. The jobs' own files go when a run is
 * closed, so a step's evidence takes this along, as one text.
 */

/** Longest list that the journal takes; what is left out is counted. */
const LIST_MAX = 100;

const texts = v.optional(v.array(v.string()));
const count = v.pipe(v.number(), v.minValue(0));

const JobSchema = v.object({
  script: v.string(),
  ok: v.boolean(),
  /** By phase: the command's exit code, and seconds. */
  exit: v.record(v.string(), v.number()),
  seconds: v.record(v.string(), v.number()),
  error: v.optional(v.string()),
  databases: v.optional(v.array(v.object({
    name: v.string(),
    bytes: count,
    tables: count,
  }))),
  /** Of the dump. */
  bytes: v.optional(count),
  compression: v.optional(v.string()),
  "skipped_databases": texts,
  "settings_dropped": v.optional(v.array(v.unknown())),
  "files_left_out": texts,
  "indexes_rebuilt": texts,
  /** Of these, how many were looked at afterwards; undefined: by no job. */
  "indexes_checked": v.optional(count),
  /** Database, kind, name and rows: what the new order puts elsewhere. */
  unfit: v.optional(
    v.array(v.tuple([v.string(), v.string(), v.string(), v.number()])),
  ),
});

const ComparedSchema = v.object({
  verify: v.picklist(["schema", "sizes", "counts", "checksums"]),
  databases: v.array(v.object({
    name: v.string(),
    tables: count,
    /** Undefined where they were not counted. */
    rows: v.optional(count),
    sequences: count,
  })),
  /** Databases that this list leaves out. */
  more: count,
});

const MeasurementsSchema = v.object({
  jobs: v.array(JobSchema),
  compared: v.optional(ComparedSchema),
});

export type Compared = v.InferOutput<typeof ComparedSchema>;
export type Measurements = v.InferOutput<typeof MeasurementsSchema>;
export type JobMeasurements = v.InferOutput<typeof JobSchema>;

/** Bytes of a job's result. */
export const RESULT_MAX = 16 << 20;
const COMPARED = "compared.json";

/** What was equal, for the report; for who compares, it is of no meaning. */
export async function comparedOf(
  read: ReadFile,
  verify: Verify,
): Promise<Compared> {
  const names = databasesOf(await read("databases") ?? "");
  const databases: Compared["databases"] = [];
  for (const [index, name] of names.slice(0, LIST_MAX).entries()) {
    const rows = recordsOf(await read(`${index + 1}.rows`));
    const tables = rows.filter(([, , kind]) => kind === "r");
    const counted = verify === "counts" || verify === "checksums";
    databases.push({
      name,
      tables: tables.length,
      ...(counted ? { rows: sum(tables.map(([, , , found]) => found)) } : {}),
      sequences: recordsOf(await read(`${index + 1}.sequences`)).length,
    });
  }
  return { verify, databases, more: names.length - databases.length };
}

/** Writes it beside the job's results, which go with the run. */
export async function noteCompared(
  directory: string,
  compared: Compared,
  files: Files,
) {
  await files.writeText(join(directory, COMPARED), JSON.stringify(compared));
}

/** Everything that was measured in an attempt, as far as it can be read. */
export async function measurementsOf(
  { names, ports: { files } }: RunContext<"files">,
  step: StepId,
  attempt: number,
): Promise<Measurements> {
  const directory = names.job(step, attempt);
  const jobs: JobMeasurements[] = [];
  for (const name of await files.list(directory) ?? []) {
    const [, script] = /^(\w+)\.result\.json$/.exec(name) ?? [];
    if (script === undefined) continue;
    const text = await files.readSmall(join(directory, name), RESULT_MAX);
    const found = parsed(JobSchema, text, { script });
    if (found !== undefined) jobs.push(shortened(found));
  }
  const text = await files.readText(join(directory, COMPARED));
  const compared = parsed(ComparedSchema, text);
  return { jobs, ...(compared === undefined ? {} : { compared }) };
}

/** For a step's evidence; nothing where nothing was measured. */
export async function measurementsEvidence(
  context: RunContext<"files">,
  step: StepId,
  attempt: number,
): Promise<Evidence> {
  const figures = await measurementsOf(context, step, attempt);
  return figures.jobs.length === 0 ? {} : { figures: JSON.stringify(figures) };
}

/** What `figuresEvidence` has put there. */
export function measurementsIn(evidence: Evidence): Measurements | undefined {
  return parsed(MeasurementsSchema, evidence["figures"]);
}

/** One phrase: what was compared, or else what was dumped. */
export function measurementsText({ compared, jobs }: Measurements): string {
  if (compared !== undefined) {
    const { databases, more } = compared;
    const rows = sum(databases.map((database) => database.rows));
    const counted = databases.every((database) => database.rows !== undefined);
    return [
      `${databases.length + more} databases`,
      `${sum(databases.map(({ tables }) => tables))} tables`,
      ...(counted ? [`${rows} rows`] : []),
      "equal",
    ].join(", ");
  }
  return jobs.flatMap(({ bytes: size, databases = [] }) =>
    size === undefined ? [] : [
      `${databases.length} databases, ${
        sum(databases.map(({ tables }) => tables))
      } tables, ${bytes(size)}`,
    ]
  ).join("; ");
}

function parsed<T>(
  schema: v.GenericSchema<unknown, T>,
  text: string | undefined,
  more: Readonly<Record<string, unknown>> = {},
): T | undefined {
  const json = readJson(v.looseObject({}), text);
  if (!json.success) return undefined;
  const found = v.safeParse(schema, { ...json.output, ...more });
  return found.success ? found.output : undefined;
}

function shortened(job: JobMeasurements): JobMeasurements {
  const cut = Object.entries(job).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.slice(0, LIST_MAX) : value,
  ]);
  return Object.fromEntries(cut) as JobMeasurements;
}

function recordsOf(text: string | undefined): unknown[][] {
  return (text ?? "").split("\n").filter(Boolean)
    .map((line) => JSON.parse(line) as unknown[]);
}

function sum(values: readonly unknown[]): number {
  return values.reduce(
    (all: number, value) => all + (typeof value === "number" ? value : 0),
    0,
  );
}
