import { assert, assertEquals } from "@std/assert";
import { SecondsClock } from "../tests/sample/memory.ts";
import { samplePlan } from "../tests/sample/plan.ts";
import { planned, ROLLED_BACK, started } from "../tests/sample/story.ts";
import {
  DamagedJournalError,
  FORMAT,
  formatDocument,
  NewerJournalError,
  parseDocument,
} from "./document.ts";
import { sealed } from "../tests/sample/sealed.ts";
import { thrownBy } from "../tests/sample/thrown.ts";
import type { Entry, Fact } from "./fact.ts";

function entriesOf(facts: readonly Fact[]): Entry[] {
  const clock = new SecondsClock();
  return facts.map((fact, seq) => ({ seq, ...clock.now(), fact }));
}

const ENTRIES = entriesOf([planned(), started("prepare")]);
const TEXT = formatDocument(ENTRIES, "0.1.0");

/** The error's message, or undefined where the text is read. */
function damage(text: string): string | undefined {
  try {
    parseDocument(text);
    return undefined;
  } catch (error) {
    if (error instanceof DamagedJournalError) return error.message;
    throw error;
  }
}

/** A document with a right checksum, whatever it says. */
function changed(change: (document: Json) => void): string {
  const document = JSON.parse(TEXT) as Json;
  change(document);
  return sealed(document);
}

type Json = {
  format: Record<string, unknown>;
  tool: unknown;
  entries: Record<string, unknown>[];
};

Deno.test("What was written is read", () => {
  for (const facts of [[], [planned()], ROLLED_BACK]) {
    const entries = entriesOf(facts);
    assertEquals(parseDocument(formatDocument(entries, "0.1.0")), {
      tool: "0.1.0",
      entries,
      writable: true,
    });
  }
});

Deno.test("Foreign text in names comes back as it was", () => {
  const plan = samplePlan({
    container: 'a"; DROP TABLE x; --\n\u0000\u2028',
    initdbArgs: "'--locale=tr_TR.UTF-8 \\'",
    superuser: "größe 😀",
  });
  const entries = entriesOf([planned(plan)]);
  const { entries: [entry] } = parseDocument(formatDocument(entries, "0.1.0"));
  assertEquals(entry?.fact, planned(plan));
});

Deno.test("Each entry is a line, so that grep and tail read it too", () => {
  const lines = TEXT.trimEnd().split("\n");
  assertEquals(lines.slice(0, 3), [
    "{",
    '"format": {"name":"pgladder-journal","minReader":1,"minWriter":1},',
    '"tool": "0.1.0",',
  ]);
  assertEquals(lines.slice(4, 5), ['"entries": [']);
  assertEquals(
    lines.slice(5, -2).map((line) => JSON.parse(line.replace(/,$/, ""))),
    ENTRIES,
  );
  assertEquals(lines.slice(-2), ["]", "}"]);
});

Deno.test("Cut anywhere, it is damaged", () => {
  const bytes = new TextEncoder().encode(TEXT);
  // Without its last byte, a line's end, it is whole: nothing is missing.
  for (let length = 0; length < bytes.length - 1; length++) {
    const cut = new TextDecoder().decode(bytes.subarray(0, length));
    assert(damage(cut) !== undefined, `cut after ${length} bytes`);
  }
  assertEquals(damage(TEXT.trimEnd()), undefined);
});

Deno.test("Any byte changed, it is damaged, or says the same", () => {
  const bytes = new TextEncoder().encode(TEXT);
  const same: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [0x01, 0x20, 0x80]) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ flip;
      const text = new TextDecoder().decode(flipped);
      if (damage(text) !== undefined) continue;
      assertEquals(parseDocument(text).entries, ENTRIES, `byte ${at}`);
      same.push(TEXT.slice(at, at + 1));
    }
  }
  // Nothing but the space between the tokens is without meaning.
  assertEquals(same.filter((it) => it.trim() !== ""), []);
});

Deno.test("A byte changed into a space is no way around the checksum", () => {
  for (let at = 0; at < TEXT.length; at++) {
    const text = `${TEXT.slice(0, at)} ${TEXT.slice(at + 1)}`;
    if (damage(text) === undefined) {
      assertEquals(TEXT.slice(at, at + 1).trim(), "", `at ${at}`);
    }
  }
});

Deno.test("Nothing, rubbish and other documents are damaged", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /^Cannot read the journal: Invalid JSON: .+$/],
    ["\0".repeat(4096), /^Cannot read the journal: Invalid JSON: .+$/],
    ["null", /^Cannot read the journal: Invalid type: .+ received null$/],
    ["[]", /^Cannot read the journal: Invalid key: Expected "format".+$/],
    [
      '{"name":"x"}',
      /^Cannot read the journal: Invalid key: Expected "format".+$/,
    ],
  ];
  for (const [text, message] of cases) {
    const told = damage(text) ?? "it is read";
    assert(message.test(told), `${JSON.stringify(text)}: ${told}`);
  }
});

Deno.test("The checksum is looked at before anything is believed", () => {
  assertEquals(
    damage(TEXT.replace('"attempt":1', '"attempt":2')),
    "Cannot trust the journal: its checksum does not fit its content",
  );
  assertEquals(
    damage(TEXT.replace('"tool": "0.1.0"', '"tool": "0.1.1"')),
    "Cannot trust the journal: its checksum does not fit its content",
  );
  assertEquals(
    damage(TEXT.replace('"minWriter":1', '"minWriter":0')),
    "Cannot trust the journal: its checksum does not fit its content",
  );
});

Deno.test("A later form is not read, and that is said of both programs", () => {
  const text = changed((document) => {
    document.tool = "2.0.0";
    document.format["minReader"] = FORMAT + 1;
    document.format["minWriter"] = FORMAT + 1;
  });
  assertEquals(
    thrownBy(() => parseDocument(text), NewerJournalError).message,
    "Cannot read the journal: pgladder 2.0.0 wrote it in format 2, this program reads 1",
  );
});

Deno.test("What a later program wrote in this form is read, not written", () => {
  const text = changed((document) => {
    document.tool = "1.5.0";
    document.format["minWriter"] = FORMAT + 1;
    // More than this program knows, which it need not understand to read.
    document.format["because"] = "it has something to say";
  });
  assertEquals(parseDocument(text), {
    tool: "1.5.0",
    entries: ENTRIES,
    writable: false,
  });
});

Deno.test("An unknown step stops everything, with both names", () => {
  const text = changed(({ entries }) => {
    entries[1]!["fact"] = { type: "step-started", step: "fly", attempt: 1 };
  });
  assertEquals(
    damage(text),
    'Cannot read entry 1 of the journal: Invalid type: Expected ("prepare" | "stop-writers" | "close" | "ask" | "dump" | "build" | "swap" | "reindex" | "switch" | "start" | "start-writers") but received "fly" at "fact.step"',
  );
});

Deno.test("What no fact has is not overlooked", () => {
  const cases: readonly (readonly [Record<string, unknown>, string])[] = [
    [
      { type: "step-started", step: "close" },
      'Cannot read entry 1 of the journal: Invalid key: Expected "attempt" but received undefined at "fact.attempt"',
    ],
    [
      { type: "step-started", step: "close", attempt: 0 },
      'Cannot read entry 1 of the journal: Invalid value: Expected >=1 but received 0 at "fact.attempt"',
    ],
    [
      { type: "step-started", step: "close", attempt: 1, by: "me" },
      'Cannot read entry 1 of the journal: Invalid key: Expected never but received "by" at "fact.by"',
    ],
    [
      { type: "step-done", step: "close", evidence: { inode: 12 } },
      'Cannot read entry 1 of the journal: Invalid type: Expected string but received 12 at "fact.evidence.inode"',
    ],
    [
      { type: "run-paused" },
      'Cannot read entry 1 of the journal: Invalid type: Expected ("run-planned" | "step-started" | "step-done" | "step-failed" | "step-mended" | "step-lapsed" | "waiting" | "run-turned-back" | "run-turned-up" | "loss-confirmed" | "undo-started" | "undo-failed" | "undo-done" | "run-committing" | "run-closed") but received "run-paused" at "fact.type"',
    ],
  ];
  for (const [fact, message] of cases) {
    const text = changed(({ entries }) => {
      entries[1]!["fact"] = fact;
    });
    assertEquals(damage(text), message);
  }
});

Deno.test("Entries stand in their order, none twice, none missing", () => {
  const missing = changed(({ entries }) => {
    entries.shift();
  });
  assertEquals(
    damage(missing),
    "Cannot read entry 0 of the journal: it is numbered 1",
  );
  const twice = changed(({ entries }) => {
    entries.push(entries[1]!);
  });
  assertEquals(
    damage(twice),
    "Cannot read entry 2 of the journal: it is numbered 1",
  );
});

Deno.test("Digits of 64-bit numbers survive, as they are strings", () => {
  const fact = planned(
    samplePlan({ systemIdentifier: "18446744073709551615" }),
  );
  const text = formatDocument(entriesOf([fact]), "0.1.0");
  assertEquals(parseDocument(text).entries[0]?.fact, fact);
});
