import { SCENARIOS } from "../fake/scenario.ts";
import { tally } from "../tally.ts";
import { tell } from "./baseline.ts";
import { LAYERS } from "./layers.ts";
import { shrink } from "./shrink.ts";
import { wordsOf, type Wrong } from "./table.ts";
import type { Report, Task } from "./worker.ts";

/**
 * Every layer in full, then the seeds, on all processors; at the end a table.
 *
 *     PGLADDER_SEEDS=FROM-TO   these seeds and nothing else
 *     PGLADDER_LAYERS=TEXT     the layers with this in their name, no seeds
 *     PGLADDER_SCENARIO=TEXT   the scenarios with this in their name
 *     PGLADDER_SAMPLE=N        of the layers' cases one in N
 *     PGLADDER_WORKERS=N       so many at once
 */

const SEEDS = 1_000_000;
/** Seeds of one task. */
const CHUNK = 3_200;

interface Row {
  readonly name: string;
  tried: number;
  readonly wrong: Map<string, Wrong>;
}

const rows = new Map<string, Row>();
const env = (name: string) => Deno.env.get(`PGLADDER_${name}`) ?? "";
const range = env("SEEDS") || `0-${SEEDS - 1}`;

function tasks(): Task[] {
  const [from = 0, to = from] = range.split("-").map(Number);
  const only = env("LAYERS");
  const sample = Number(env("SAMPLE")) || 1;
  if (env("SEEDS") !== "") return seeds(from, to);
  const layers = LAYERS.filter(({ name }) => name.includes(only))
    .flatMap(({ name, parts }) =>
      SCENARIOS.flatMap((it, scenario) =>
        it.name.includes(env("SCENARIO"))
          ? Array.from({ length: parts }, (_, index): Task => ({
            kind: "layer",
            name,
            scenario,
            index,
            of: parts * sample,
          }))
          : []
      )
    );
  return only === "" && env("SCENARIO") === ""
    ? [...layers, ...seeds(from, to)]
    : layers;
}

function seeds(from: number, to: number): Task[] {
  const found: Task[] = [];
  for (let first = from; first <= to; first += CHUNK) {
    const last = Math.min(first + CHUNK - 1, to);
    found.push({ kind: "seeds", from: first, to: last });
  }
  return found;
}

/** One worker takes one task after the other. */
async function work(queue: Task[]) {
  const url = new URL("./worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    const answer = Promise.withResolvers<Report>();
    worker.onmessage = ({ data }: MessageEvent<Report>) => answer.resolve(data);
    worker.onerror = (event) => answer.reject(new Error(event.message));
    worker.postMessage(task);
    note(task, await answer.promise);
  }
  worker.terminate();
}

function note(task: Task, { tried, wrong }: Report) {
  const name = task.kind === "seeds" ? `seeds ${range}` : task.name;
  const row = rows.get(name) ?? { name, tried: 0, wrong: new Map() };
  rows.set(name, row);
  row.tried += tried;
  for (const one of wrong) {
    const known = row.wrong.get(one.kind);
    if (known !== undefined) known.count += one.count;
    else {
      row.wrong.set(one.kind, { ...one });
      // At once: a run of hours may never come to its table.
      print(`${name}: ${wordsOf([one])}`);
    }
  }
}

function print(text: string) {
  // deno-lint-ignore no-console
  console.log(text);
}

/** One failing story of each kind, as short as it can be told. */
async function explain(wrong: Wrong) {
  const story = await shrink(wrong.story);
  const trace: string[] = [];
  const violations = await tell(story, trace);
  print(`\n${wordsOf([wrong])}\nshortest: ${JSON.stringify(story)}`);
  print(trace.slice(-60).map((line) => `  ${line.slice(0, 150)}`).join("\n"));
  print(violations.join("\n"));
}

const began = performance.now();
const queue = tasks();
const workers = Number(env("WORKERS")) || navigator.hardwareConcurrency;
await Promise.all(Array.from({ length: workers }, () => work(queue)));
const kinds = [...rows.values()].flatMap(({ wrong }) => [...wrong.values()]);
for (const wrong of kinds.slice(0, 10)) await explain(wrong);
print(`\n${"layer".padEnd(48)}${"tried".padStart(10)}  violations`);
for (const { name, tried, wrong } of rows.values()) {
  const count = [...wrong.values()].reduce((sum, it) => sum + it.count, 0);
  print(`${name.padEnd(48)}${String(tried).padStart(10)}  ${count}`);
  tally(`fake host: ${name}`, { tried, violations: count });
}
print(`${Math.round((performance.now() - began) / 1000)} s`);
Deno.exit(kinds.length === 0 ? 0 : 1);
