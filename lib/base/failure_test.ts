import { assert, assertEquals } from "@std/assert";
import { EXIT, EXIT_MEANING } from "./exit_code.ts";
import { Failure, type FailureCode, FAILURES } from "./failure.ts";

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

Deno.test("No failure that is foreseen ends as a success or a bug", () => {
  const exits: readonly number[] = CODES.map((code) => FAILURES[code].exit);
  assertEquals([exits.includes(EXIT.done), exits.includes(EXIT.bug)], [
    false,
    false,
  ]);
});
