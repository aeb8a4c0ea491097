import { assert, assertEquals } from "@std/assert";
import {
  partsOfBracket,
  productSources,
  type Source,
} from "../../tests/sample/sources.ts";
import {
  EXIT,
  EXIT_MEANING,
  Failure,
  type FailureCode,
  FAILURES,
} from "./failure.ts";

const CODES = Object.keys(FAILURES) as FailureCode[];

Deno.test("Every failure has words, a hint and an exit code of the page", () => {
  for (const code of CODES) {
    const { exit, hint, message } = FAILURES[code];
    assert(message.length > 0 && hint.length > 0, code);
    assert(EXIT_MEANING[exit] !== undefined, code);
  }
});

Deno.test("Words begin upper case and neither they nor hints end in a full stop", () => {
  for (const code of CODES) {
    const { hint, message } = FAILURES[code];
    for (const text of [hint, message]) {
      assert(/^([A-Z{]|pgladder )/.test(text), `${code}: ${text}`);
      assert(!/\.$/.test(text), `${code}: ${text}`);
    }
  }
});

Deno.test("The exit codes are those that scripts rely on", () => {
  assertEquals(EXIT, {
    done: 0,
    failed: 1,
    usage: 2,
    refused: 3,
    midway: 4,
    waiting: 5,
    locked: 6,
    journal: 7,
    foreign: 8,
    bug: 70,
  });
  assertEquals(Object.keys(EXIT_MEANING).map(Number), [
    ...Object.values(EXIT),
    129,
    130,
    143,
  ]);
});

Deno.test("A failure fills in its details, each once, and nothing else", () => {
  const failure = new Failure("step", {
    step: "dump",
    reason: 'a {container} named "$&"',
    container: "db",
  });
  assertEquals(
    failure.message,
    'Cannot finish the step "dump": a {container} named "$&"',
  );
  assertEquals(
    failure.hint,
    'Fix the cause, then run "pgladder resume db"; or go back with "pgladder rollback db"',
  );
  assertEquals([failure.exit, failure.name], [4, "Failure"]);
});

Deno.test("A failure keeps its cause, and may have another exit code", () => {
  const cause = new Error("below");
  const failure = new Failure("locked", { container: "db" }, {
    cause,
    exit: 1,
  });
  assertEquals([failure.cause, failure.exit], [cause, 1]);
});

/** One place that makes a failure: which, and the names of its details. */
interface Thrown {
  readonly place: string;
  readonly code: FailureCode;
  readonly details: readonly string[];
}

function thrownIn({ path, text }: Source): Thrown[] {
  return [...text.matchAll(/new Failure\(/g)].flatMap(({ index }) => {
    const [code = "", details = "{}"] = partsOfBracket(
      text,
      index + "new Failure".length,
    );
    const place = `${path}:${text.slice(0, index).split("\n").length}`;
    // The runner's two kinds of trouble go through one function.
    const codes = code === "code" ? ["step", "undo"] : [JSON.parse(code)];
    return codes.map((code) => ({
      place,
      code,
      details: namesOf(details, text),
    }));
  });
}

/** The names in an object that is written there, or made in the same file. */
function namesOf(details: string, text: string): string[] {
  const made = details.startsWith("{")
    ? { text: details, open: 0 }
    : { text, open: openOf(details, text) };
  return partsOfBracket(made.text, made.open)
    .map((part) => /^\w+/.exec(part)?.[0] ?? part);
}

function openOf(details: string, text: string): number {
  const method = /^this\.(#\w+)/.exec(details)?.[1];
  const start = method === undefined
    ? text.indexOf(`const ${details} = {`)
    : text.indexOf("return {", text.indexOf(`\n  ${method}(`));
  assert(start > 0, `where is ${details} made?`);
  return text.indexOf("{", start);
}

const THROWN = productSources().flatMap(thrownIn);

Deno.test("Every place names a failure that there is, with all its details", () => {
  assert(THROWN.length > 40, `only ${THROWN.length} found`);
  for (const { code, details, place } of THROWN) {
    const { hint, message } = FAILURES[code];
    const wanted = new Set(
      [...`${message} ${hint}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    );
    assertEquals(
      new Set(details),
      code === "usage" ? new Set(["problem", "hint"]) : wanted,
      `${place}: ${code}`,
    );
  }
});

Deno.test("Every failure is made somewhere", () => {
  const made = new Set(THROWN.map(({ code }) => code));
  assertEquals(CODES.filter((code) => !made.has(code)), []);
});

Deno.test("No failure that is foreseen ends as a success or a bug", () => {
  const exits: readonly number[] = CODES.map((code) => FAILURES[code].exit);
  assertEquals([exits.includes(EXIT.done), exits.includes(EXIT.bug)], [
    false,
    false,
  ]);
});
