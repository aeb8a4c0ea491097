import { assertEquals } from "@std/assert";
import { MemoryStore, SecondsClock } from "../tests/sample/memory.ts";
import { samplePlan } from "../tests/sample/plan.ts";
import { sealed } from "../tests/sample/sealed.ts";
import { done, planned, started, upTo } from "../tests/sample/story.ts";
import { thrownBy } from "../tests/sample/thrown.ts";
import {
  DamagedJournalError,
  formatDocument,
  NewerJournalError,
} from "./document.ts";
import { EMPTY, fold, ImpossibleFactError } from "./fold.ts";
import { Journal, JournalWriteError } from "./journal.ts";

const open = (store: MemoryStore) =>
  Journal.open(store, new SecondsClock(), "0.1.0");

Deno.test("An empty store is a journal without facts, and stays empty", () => {
  const store = new MemoryStore();
  const journal = open(store);
  assertEquals(journal.entries, []);
  assertEquals(journal.state, EMPTY);
  assertEquals(store.text, undefined);
});

Deno.test("What is appended is numbered, stamped, and written at once", () => {
  const store = new MemoryStore();
  const journal = open(store);
  journal.append(planned());
  journal.append(started("prepare"));
  const boot = "00000000-0000-4000-8000-000000000001";
  assertEquals(journal.entries, [
    {
      seq: 0,
      at: "2026-01-02T03:04:05.000Z",
      boot,
      ms: 60_000,
      fact: planned(),
    },
    {
      seq: 1,
      at: "2026-01-02T03:04:06.000Z",
      boot,
      ms: 61_000,
      fact: started("prepare"),
    },
  ]);
  assertEquals(store.text, formatDocument(journal.entries, "0.1.0"));
  assertEquals(journal.state, fold([planned(), started("prepare")]));
});

Deno.test("Another process finds after each entry what the first one knew", () => {
  const store = new MemoryStore();
  let journal = open(store);
  for (const fact of upTo("start-writers")) {
    journal.append(fact);
    const other = open(store);
    assertEquals(other.entries, journal.entries);
    assertEquals(other.state, journal.state);
    journal = other;
  }
});

Deno.test("What cannot have happened is not written", () => {
  const store = new MemoryStore();
  const journal = open(store);
  journal.append(planned());
  const before = { text: store.text, state: journal.state };
  assertEquals(
    thrownBy(() => journal.append(done("close")), ImpossibleFactError).message,
    'Cannot record {"type":"step-done","step":"close","evidence":{}}: the step was pending',
  );
  assertEquals({ text: store.text, state: journal.state }, before);
  assertEquals(journal.entries.length, 1);
});

Deno.test("What could not be read again is not written", () => {
  const store = new MemoryStore();
  const journal = open(store);
  const plan = samplePlan({ unit: "", memoryMb: NaN });
  assertEquals(
    thrownBy(() => journal.append(planned(plan)), DamagedJournalError).message,
    'Cannot read entry 0 of the journal: Invalid length: Expected >=1 but received 0 at "fact.plan.unit"',
  );
  assertEquals([store.text, journal.state], [undefined, EMPTY]);
});

Deno.test("An entry that the disk does not take has not happened", () => {
  const store = new MemoryStore();
  const journal = open(store);
  journal.append(planned());
  const before = { text: store.text, state: journal.state };
  const cause = new Error("Read-only file system (os error 30)");
  const full = Journal.open(
    {
      read: () => store.read(),
      replace() {
        throw cause;
      },
    },
    new SecondsClock(),
    "0.1.0",
  );
  const error = thrownBy(
    () => full.append(started("prepare")),
    JournalWriteError,
  );
  assertEquals(
    error.message,
    "Cannot write the journal: Read-only file system (os error 30)",
  );
  assertEquals(error.cause, cause);
  assertEquals({ text: store.text, state: full.state }, before);
  assertEquals(full.entries.length, 1);
});

Deno.test("A damaged journal is not opened", () => {
  const store = new MemoryStore();
  open(store).append(planned());
  const text = store.text ?? "";
  store.text = text.slice(0, -10);
  const { message } = thrownBy(() => open(store), DamagedJournalError);
  assertEquals(
    message.replace(/(JSON: ).*$/, "$1…"),
    "Cannot read the journal: Invalid JSON: …",
  );
});

Deno.test("A journal that says what cannot have happened is not opened", () => {
  const clock = new SecondsClock();
  const entries = [planned(), done("close")].map((fact, seq) => ({
    seq,
    ...clock.now(),
    fact,
  }));
  const store = new MemoryStore(formatDocument(entries, "0.1.0"));
  const error = thrownBy(() => open(store), DamagedJournalError);
  assertEquals(
    error.message,
    'Cannot trust the journal: Cannot record {"type":"step-done","step":"close","evidence":{}}: the step was pending',
  );
  assertEquals(error.cause instanceof ImpossibleFactError, true);
});

Deno.test("What a newer program wrote to is read, and not appended to", () => {
  const store = new MemoryStore();
  open(store).append(planned());
  // The checksum covers the form, so this is made as a newer program makes it.
  const newer = withMinWriter(store.text ?? "", 2);
  const journal = open(new MemoryStore(newer));
  assertEquals(journal.state.plan, samplePlan());
  assertEquals(
    thrownBy(() => journal.append(started("prepare")), NewerJournalError)
      .message,
    "Cannot go on with this journal: a newer pgladder has written to it",
  );
});

function withMinWriter(text: string, minWriter: number): string {
  const { tool, entries } = JSON.parse(text);
  return sealed({
    format: { name: "pgladder-journal", minReader: 1, minWriter },
    tool,
    entries,
  });
}

Deno.test("Entries go on after those of an older program", () => {
  const store = new MemoryStore();
  Journal.open(store, new SecondsClock(), "0.0.9").append(planned());
  open(store).append(started("prepare"));
  assertEquals(open(store).entries.map(({ seq }) => seq), [0, 1]);
  assertEquals((store.text ?? "").split("\n")[2], '"tool": "0.1.0",');
});
