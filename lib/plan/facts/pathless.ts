import * as v from "valibot";
import { type SqlWord, sqlWords } from "./sql_words.ts";

/** What the text of a function may mean: kind, name, and its schema in quotes where it needs them. */
const NameSchema = v.tuple([v.string(), v.string(), v.string()]);

const RoutineSchema = v.looseObject({
  id: v.string(),
  schema: v.string(),
  name: v.string(),
  /** As ALTER FUNCTION takes it. */
  signature: v.string(),
  language: v.string(),
  body: v.string(),
  names: v.array(NameSchema),
});

/** Functions that a restore runs and that follow a search path, and what runs them. */
export const PathlessSchema = v.looseObject({
  /** An object, "index" or "row" by what is computed, and its function's id. */
  roots: v.array(v.tuple([v.string(), v.string(), v.string()])),
  routines: v.array(RoutineSchema),
});

export type Pathless = v.InferOutput<typeof PathlessSchema>;
type Routine = v.InferOutput<typeof RoutineSchema>;

/** A function that names something without a schema, where no path leads to it. */
export interface LostName {
  /** What runs it. */
  readonly object: string;
  readonly kind: "index" | "row";
  readonly signature: string;
  /** The first of what it names so. */
  readonly name: string;
  /** Where all of these are, as a search path takes them. */
  readonly schemas: readonly string[];
}

/**
 * Reads, and runs nothing: what stands where a table, a type or a call stands,
 * without a schema, and is the name of one that is not the system's.
 */
export function lostNames({ roots, routines }: Pathless): LostName[] {
  const read = new Map(routines.map((it) => [it.id, readRoutine(it)]));
  const byName = new Map<string, string[]>();
  for (const { id, name, schema } of routines) {
    const key = JSON.stringify([schema, name]);
    byName.set(key, [...byName.get(key) ?? [], id]);
  }
  return roots.flatMap(([object, kind, first]) => {
    const reached = new Set([first]);
    // What is added while it is looped over is looped over, too.
    for (const id of reached) {
      for (const call of read.get(id)?.calls ?? []) {
        for (const it of byName.get(call) ?? []) reached.add(it);
      }
    }
    return routines.filter(({ id }) => reached.has(id)).flatMap(
      ({ id, signature }) => {
        const found = [...read.get(id)?.lost ?? []];
        const [name] = found;
        return name === undefined ? [] : [{
          object,
          kind: kind === "index" ? "index" as const : "row" as const,
          signature,
          name: name[0],
          schemas: [...new Set(found.map(([, schema]) => schema))],
        }];
      },
    );
  });
}

/** Before these stands no alias: what follows with a parenthesis is a call. */
const BEFORE_CALL = new Set(
  "select return where and or not when then else case if elsif elseif perform from join on by in distinct all any values set between like ilike is limit offset having using lateral while loop query next default assert call begin over filter with union except intersect"
    .split(" "),
);
/** Names after FROM that is no list of tables. */
const ODD_FROM = new Set("extract substring trim overlay position".split(" "));
const ENDS_FROM = new Set(
  "where group order having limit union except intersect select on using set returning loop then window"
    .split(" "),
);

interface Read {
  /** Each name, and the schema where it is meant to be. */
  readonly lost: ReadonlyMap<string, string>;
  /** Other functions that it calls by schema and name. */
  readonly calls: readonly string[];
}

function readRoutine(routine: Routine): Read {
  const { body, language } = routine;
  const words = sqlWords(body);
  const own = ownTables(words);
  const known = schemasOf(routine);
  const lost = new Map<string, string>();
  const calls: string[] = [];
  const say = (kind: string, text: string) => {
    const schema = known.get(`${kind} ${text}`);
    if (schema !== undefined) lost.set(text, schema);
  };
  const places = placesOf(words, language);
  for (const [at, word] of words.entries()) {
    const before = words[at - 1];
    const after = words[at + 1];
    if (before?.text === "." && before.kind === "other") continue;
    if (word.kind === "operator") say("operator", word.text);
    if (word.kind === "text") {
      say("search", word.text.toLowerCase());
      const as = after?.text === "::" ? words[at + 2]?.text ?? "" : "";
      if (as === "regclass") say("relation", word.text.toLowerCase());
    }
    if (word.kind !== "name") continue;
    if (after?.text === ".") {
      const [called, open] = [words[at + 2], words[at + 3]];
      if (open?.text === "(" && called?.kind === "name") {
        calls.push(JSON.stringify([word.text, called.text]));
      }
      const row = words.slice(at + 2, at + 5);
      if (row[1]?.text === "%" && row[2]?.text === "type") {
        say("relation", word.text);
      }
      continue;
    }
    if (own.has(word.text)) continue;
    const place = places[at];
    if (place === "relation" || isRowType(words, at)) {
      if (after?.text !== "(" || before?.text === "into") {
        say("relation", word.text);
      }
    }
    if (place === "type" || after?.kind === "text") say("type", word.text);
    if (after?.text === "(" && isCall(before)) say("function", word.text);
  }
  return { lost, calls };
}

/** Where more than one schema has a name, its own is meant, or public. */
function schemasOf({ names, schema: own }: Routine) {
  const known = new Map<string, string>();
  for (const [kind, name, schema] of names) {
    const key = `${kind} ${name}`;
    const before = known.get(key);
    if (before === undefined || schema === own) known.set(key, schema);
    else if (schema === "public" && before !== own) known.set(key, schema);
  }
  return known;
}

const isRowType = (words: readonly SqlWord[], at: number) =>
  words[at + 1]?.text === "%" && words[at + 2]?.text === "rowtype";

/** An alias with columns follows a name, a parenthesis or AS. */
function isCall(before: SqlWord | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "name") {
    return !before.quoted && BEFORE_CALL.has(before.text);
  }
  return before.kind !== "text" && before.text !== ")";
}

/** Words of a list of columns. */
const COLUMNS = 200;

/** Of a WITH, which no search path finds. */
function ownTables(words: readonly SqlWord[]): ReadonlySet<string> {
  const own = new Set<string>();
  for (const [at, word] of words.entries()) {
    const before = words[at - 1]?.text ?? "";
    if (word.kind !== "name" || !["with", "recursive", ","].includes(before)) {
      continue;
    }
    let next = at + 1;
    if (words[next]?.text === "(") {
      const columns = words.slice(next, next + COLUMNS);
      next += columns.findIndex(({ text }) => text === ")") + 1;
    }
    if (words[next]?.text !== "as") continue;
    next += 1;
    while (["not", "materialized"].includes(words[next]?.text ?? "")) next += 1;
    if (words[next]?.text === "(") own.add(word.text);
  }
  return own;
}

type Place = "relation" | "type" | undefined;

/** What stands at each word, by what stands before it. */
function placesOf(words: readonly SqlWord[], language: string): Place[] {
  /** For each open parenthesis what was before it, and whether tables are listed in it. */
  const open: { before: string; lists: boolean }[] = [
    { before: "", lists: false },
  ];
  let declares = false;
  return words.map((word, at) => {
    const before = words[at - 1];
    const top = open.at(-1) ?? { before: "", lists: false };
    const was = before?.kind === "name" && before.quoted ? "" : before?.text;
    if (word.kind === "other" && word.text === "(") {
      open.push({ before: was ?? "", lists: false });
    } else if (word.kind === "other" && word.text === ")" && open.length > 1) {
      open.pop();
    } else if (word.text === ";") top.lists = false;
    if (word.kind !== "name") return undefined;
    const place = placeOf(words, at, top, declares);
    if (!word.quoted) {
      if (language === "plpgsql" && word.text === "declare") declares = true;
      if (word.text === "begin") declares = false;
      if (word.text === "from" || word.text === "join") {
        top.lists = was !== "distinct" && !ODD_FROM.has(top.before);
      } else if (ENDS_FROM.has(word.text)) top.lists = false;
    }
    return place;
  });
}

function placeOf(
  words: readonly SqlWord[],
  at: number,
  top: { readonly before: string; readonly lists: boolean },
  declares: boolean,
): Place {
  const text = (back: number) => {
    const word = words[at - back];
    return word?.kind === "text" || word?.quoted ? "" : word?.text ?? "";
  };
  const before = text(1);
  if (before === "::" || before === "as" && top.before === "cast") {
    return "type";
  }
  if (declares) {
    const starts = (back: number) => [";", "declare"].includes(text(back));
    if (starts(2) || before === "constant" && starts(3)) return "type";
  }
  if (before === "into") {
    return ["insert", "merge"].includes(text(2)) ? "relation" : undefined;
  }
  if (before === "update") return text(2) === "for" ? undefined : "relation";
  if (["from", "join", "only", "lateral", ","].includes(before) && top.lists) {
    return "relation";
  }
  return undefined;
}
