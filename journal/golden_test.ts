import { assert, assertEquals } from "@std/assert";
import { MemoryStore, SecondsClock } from "../tests/sample/memory.ts";
import { formatDocument, parseDocument } from "./document.ts";
import { fold } from "./fold.ts";
import { Journal } from "./journal.ts";

const GOLDEN = new URL("../tests/golden/journals/", import.meta.url);

function names(directory: URL): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).toSorted();
}

/** A state as the file has it, without what later releases have added. */
function known(state: object, expected: { steps: object }) {
  const pick = (values: object, keys: object) =>
    Object.fromEntries(
      Object.keys(keys).map((key) =>
        [key, (values as Record<string, unknown>)[key] ?? null] as const
      ),
    );
  const { steps, ...rest } = pick(state, expected);
  return { ...rest, steps: pick(steps as object, expected.steps) };
}

for (const release of names(GOLDEN)) {
  const folder = new URL(`${release}/`, GOLDEN);
  const read = (name: string) => Deno.readTextFileSync(new URL(name, folder));
  const journals = names(folder).filter((name) => !name.endsWith(".state.json"))
    .map((name) => name.replace(".json", ""));

  Deno.test(`Golden journals of ${release}: there are some, each with its state`, () => {
    assert(journals.length > 0);
    assertEquals(
      names(folder),
      journals.flatMap((it) => [`${it}.json`, `${it}.state.json`]).toSorted(),
    );
  });

  for (const name of journals) {
    Deno.test(`The journal "${name}" of ${release} folds to the same for ever`, () => {
      const text = read(`${name}.json`);
      const { entries, tool, writable } = parseDocument(text);
      assertEquals({ tool, writable }, { tool: release, writable: true });
      const { plan, ...state } = fold(entries.map(({ fact }) => fact));
      const expected = JSON.parse(read(`${name}.state.json`));
      assertEquals(known(state, expected), expected);
      const [first] = entries;
      assertEquals(first?.fact.type, "run-planned");
      assertEquals(first?.fact, { type: "run-planned", plan });
    });

    Deno.test(`The journal "${name}" of ${release} can be gone on with`, () => {
      const store = new MemoryStore(read(`${name}.json`));
      const journal = Journal.open(store, new SecondsClock(), "9.9.9");
      const again = parseDocument(formatDocument(journal.entries, "9.9.9"));
      assertEquals(again.entries, journal.entries);
      const { closed, direction, committing } = journal.state;
      if (closed !== undefined || committing) return;
      journal.append(
        direction === "up"
          ? { type: "run-turned-back", reason: "asked" }
          : { type: "run-turned-up", reason: "asked" },
      );
      assertEquals(
        Journal.open(store, new SecondsClock(), "9.9.9").state,
        journal.state,
      );
    });
  }

  Deno.test(`The journals of ${release} say every fact but a failed undo`, () => {
    const told = new Set(
      journals.flatMap((name) =>
        parseDocument(read(`${name}.json`)).entries.map(({ fact }) => fact.type)
      ),
    );
    for (
      const type of [
        "run-planned",
        "step-started",
        "step-done",
        "step-failed",
        "step-mended",
        "step-lapsed",
        "waiting",
        "run-turned-back",
        "run-turned-up",
        "loss-confirmed",
        "undo-started",
        "undo-done",
        "run-committing",
        "run-closed",
      ] as const
    ) assert(told.has(type), type);
  });
}
