import { join } from "@std/path";
import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import { safeLine } from "../../base/format.ts";
import type { Files } from "../../port/files.ts";
import type { PlannedRun } from "../../run/context.ts";

/**
 * Rows that keep a unique index from being rebuilt: an index that was sorted
 * otherwise has let them in. Which of them is right only a person can say.
 */

const text = v.string();
const count = v.nullable(v.pipe(v.number(), v.minValue(0)));

const QuestionSchema = v.looseObject({
  /** The number of this question of the job. */
  ask: v.pipe(v.number(), v.integer(), v.minValue(1)),
  indexes: v.array(v.looseObject({
    database: text,
    index: text,
    table: text,
    /** Columns and expressions, as they stand in a statement. */
    columns: v.array(text),
    /** How many keys are there more than once, and in how many rows. */
    keys: count,
    rows: count,
    /** Some keys, and where their rows are. */
    shown: v.array(v.tuple([v.array(v.nullable(text)), v.array(text)])),
  })),
});

export type Question = v.InferOutput<typeof QuestionSchema>;

/** Bytes: of each index at most twenty keys, and a key may be long. */
const QUESTION_MAX = 64 << 20;
const INDEXES_SHOWN = 5;
const KEY_LENGTH = 60;

/** Where a job has written it; it has rows in it, and root alone reads it. */
export const questionPath = (directory: string) =>
  join(directory, "duplicates.json");

/** What the job of that directory asks; undefined where it asks nothing. */
export async function questionIn(
  directory: string,
  files: Pick<Files, "readSmall">,
): Promise<Question | undefined> {
  const found = await files.readSmall(questionPath(directory), QUESTION_MAX);
  const question = readJson(QuestionSchema, found ?? "");
  return question.success ? question.output : undefined;
}

/** The job looks again when it is there. */
export const answerPath = (directory: string, { ask }: Question) =>
  join(directory, `answer-${ask}`);

/** For the journal: names and numbers, and no row. */
export function questionWords(
  { names, plan }: PlannedRun,
  { indexes }: Question,
  attempt: number,
): string {
  const job = names.container("reindex", attempt);
  const named = indexes.slice(0, INDEXES_SHOWN).map((it) =>
    `${it.index} in database ${JSON.stringify(it.database)} (${
      it.keys === null
        ? "not to be counted"
        : `${it.keys} keys in ${it.rows} rows`
    })`
  );
  const more = indexes.length - named.length;
  const database = indexes[0]?.database ?? plan.superuser;
  return [
    `A unique index let in duplicate rows while its text was sorted in another order: ${
      named.join(", ")
    }${more > 0 ? ` and ${more} more` : ""}.`,
    `pgladder deletes none of them. Delete the wrong rows yourself, in a server that is open for you alone:\n  ${plan.runtime} exec -it ${job} psql -U ${
      shellWord(plan.superuser)
    } -d ${shellWord(database)}`,
  ].join(" ");
}

/** For a person at a terminal alone: the keys themselves, and their rows. */
export function keyLines({ indexes }: Question): readonly string[] {
  return indexes.flatMap((it) => [
    `${safeLine(it.index)} (${it.columns.map(safeLine).join(", ")}):`,
    ...it.shown.map(([key, places]) =>
      `  ${key.map(shortened).join(", ")} → SELECT * FROM ${
        safeLine(it.table)
      } WHERE ctid IN (${places.map((place) => `'${place}'`).join(", ")});`
    ),
    ...it.keys !== null && it.keys > it.shown.length
      ? [`  and ${it.keys - it.shown.length} more`]
      : [],
  ]);
}

function shortened(value: string | null): string {
  const line = safeLine(value ?? "NULL");
  return line.length > KEY_LENGTH ? `${line.slice(0, KEY_LENGTH)}…` : line;
}

const shellWord = (name: string) =>
  /^[\w-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
