import { assertEquals } from "@std/assert";
import { formatDocument } from "../../journal/document.ts";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { STORIES, toldOf } from "../../tests/sample/run_told.ts";
import {
  failed,
  started,
  turnedBack,
  undoing,
  undone,
  upTo,
} from "../../tests/sample/story.ts";
import { stepsOfPlan } from "../../journal/ladder.ts";
import { Failure } from "../base/failure.ts";
import { lastRefusal, lastWorkOn, upgradedInto } from "./past_runs.ts";

const { systemIdentifier: system, volume } = samplePlan();

/** A host with these closed runs, by the names of their journals. */
function host(runs: Readonly<Record<string, string>>) {
  const directory = `${volume.path}.pgladder/history`;
  const files = new MemoryFiles({ [`${directory}/`]: "" });
  for (const [name, text] of Object.entries(runs)) {
    files.put(`${directory}/${name}.json`, text);
  }
  return portsOf({ files });
}

/** The journal of a run; of one that turned back, for this reason. */
function journal(story: "committed" | "rolled-back", reason = "asked") {
  const { entries } = toldOf(STORIES[story]);
  return formatDocument(
    entries.map((entry) =>
      entry.fact.type === "run-turned-back"
        ? { ...entry, fact: { ...entry.fact, reason } }
        : entry
    ),
    "0.1",
  );
}

const refused = new Failure("refused", {
  step: "ask",
  reason: 'a checksum of "rows" is wrong',
  left: "All is as it was found",
  container: "db",
}).message;

Deno.test("What a committed run has upgraded is known, and what went back is not", async () => {
  const upgraded = async (runs: Readonly<Record<string, string>>) => [
    ...await upgradedInto(["/nowhere", volume.path], host(runs)),
  ];
  assertEquals(await upgraded({ a: journal("committed") }), [system]);
  assertEquals(await upgraded({ a: journal("rolled-back"), b: "{" }), []);
});

Deno.test("Why the last run ended by itself is told in its own words", async () => {
  const told = async (runs: Readonly<Record<string, string>>) =>
    (await lastRefusal(volume.path, host(runs)))?.reason;
  const own = journal("rolled-back", refused);
  assertEquals(await told({ a: own }), 'a checksum of "rows" is wrong');
  assertEquals(
    await told({ a: journal("committed"), b: own }) !== undefined,
    true,
  );
  // Somebody has gone back, or gone on, since.
  for (const story of ["committed", "rolled-back"] as const) {
    assertEquals(await told({ a: own, b: journal(story) }), undefined);
  }
});

/** A run that was to have the version of the data serve them, and went back. */
function servedAgain(message: string) {
  const plan = samplePlan({ method: "minor", unserved: { active: true } });
  const steps = stepsOfPlan(plan);
  const back = steps.slice(0, steps.indexOf("start") + 1).toReversed();
  const facts = [
    ...upTo("switch", plan).slice(1),
    ...[started("start"), failed("start", message), turnedBack],
    ...back.flatMap((step) => [undoing(step), undone(step)]),
    { type: "run-closed", outcome: "rolled-back" },
  ] as const;
  const { entries } = toldOf(facts.map((fact) => [1, fact] as const), plan);
  return formatDocument(entries, "0.1");
}

Deno.test("What a server says that was to serve them again is kept, where somebody went back", async () => {
  const told = async (message: string) =>
    (await lastRefusal(volume.path, host({ a: servedAgain(message) })))?.reason;
  const { to } = samplePlan();
  assertEquals(
    await told(
      '"db" has ended again (PANIC: could not locate a valid checkpoint record): see "docker logs db"',
    ),
    `${to.version} cannot serve them: PANIC: could not locate a valid checkpoint record`,
  );
  assertEquals(
    await told('"db" has ended again: see "docker logs db"'),
    undefined,
  );
});

Deno.test("When a server of a run was at work on the data is known, by their cluster", async () => {
  const ports = host({ a: servedAgain("it took too long") });
  const worked = (system: string) =>
    lastWorkOn({ system, volume: volume.path }, ports);
  assertEquals(typeof await worked(system), "number");
  assertEquals(await worked("another"), undefined);
  const cloned = host({ a: journal("rolled-back") });
  assertEquals(
    await lastWorkOn({ system, volume: volume.path }, cloned),
    undefined,
  );
});
