import { parseArgs } from "@std/cli";
import { clusterOf } from "./generate/cluster.ts";
import type { Method } from "./host/upgrade.ts";
import type { Major } from "./host/roots.ts";
import { knownFaults } from "./known.ts";
import { type Outcome, runOne } from "./one.ts";
import { shrink } from "./shrink.ts";

/**
 * Runs seeds of the zoo and prints what came of each; see README.md.
 *
 *   main.ts --from 1 --count 100 [--method dump] [--to 18] [--without 3,4]
 *           [--show] [--keep] [--log FILE]
 */
const { _: _rest, ...args } = parseArgs(Deno.args, {
  string: ["from", "count", "method", "to", "without", "log", "hours"],
  boolean: ["show", "keep", "verbose", "shrink"],
});

const first = Number(args.from ?? 1);
const count = Number(args.count ?? 1);
const without = args.without?.split(",").filter(Boolean).map(Number) ?? [];
const print = (line: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const until = args.hours === undefined
  ? Infinity
  : performance.now() + Number(args.hours) * 3_600_000;
const options = {
  ...(args.method === undefined ? {} : { methods: [args.method as Method] }),
  ...(args.to === undefined ? {} : { to: [Number(args.to) as Major] }),
};

/** How many of a bad outcome's lines are kept in a log: a lost database has thousands. */
const LINES = 30;

/** A line of the log, which a later run of the same range goes on with. */
interface Logged {
  readonly seed: number;
  readonly way: string;
  readonly verdict: string;
  readonly known: readonly string[];
  readonly said: readonly string[];
  readonly seconds: number;
  /** Statements that the old server refused while the cluster was made. */
  readonly notes: readonly string[];
}

async function logged(): Promise<Logged[]> {
  if (args.log === undefined) return [];
  const text = await Deno.readTextFile(args.log).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

const tally = new Map<string, number>();
const count1 = (key: string) => tally.set(key, (tally.get(key) ?? 0) + 1);
const keyOf = ({ known, verdict, way }: Logged) =>
  `${way.split(" ")[1] ?? ""} ${verdict}${known.length > 0 ? ", known" : ""}`;

async function note(of: Logged) {
  const { known, said, seconds, seed, verdict, way } = of;
  print(`${seed} ${way} ${verdict} ${seconds.toFixed(1)} s`);
  if (verdict !== "same") { for (const line of said) print(`    ${line}`); }
  for (const fault of known) print(`    known: ${fault}`);
  count1(keyOf(of));
  if (args.log === undefined) return;
  await Deno.writeTextFile(args.log, `${JSON.stringify(of)}\n`, {
    append: true,
  });
}

const lineOf = (outcome: Outcome, notes: readonly string[]): Logged => ({
  seed: outcome.seed,
  way: `${outcome.way.from}->${outcome.way.to} ${outcome.way.method}`,
  verdict: outcome.verdict,
  known: knownFaults(outcome) ?? [],
  said: args.log === undefined ? outcome.said : outcome.said.slice(0, LINES),
  seconds: outcome.seconds,
  notes,
});

function show(seed: number) {
  const cluster = clusterOf(seed);
  print(JSON.stringify({ ...cluster, groups: undefined }, null, 2));
  cluster.groups.forEach(({ database, name, sql }, index) =>
    print(`-- ${index} ${name} in ${JSON.stringify(database)}\n${sql}`)
  );
}

async function go(seed: number) {
  const notes: string[] = [];
  try {
    const outcomes = await runOne(seed, {
      without,
      keep: args.keep,
      ...options,
      note: (line) => {
        notes.push(line.slice(0, 300));
        if (args.verbose) print(`    ${line}`);
      },
    });
    for (const it of outcomes) await note(lineOf(it, notes));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const said = [error.message.slice(0, 3000)];
    await note({
      ...{ seed, way: "? zoo", verdict: "broken", known: [], said },
      ...{ seconds: 0, notes },
    });
  }
}

const before = await logged();
for (const line of before) count1(keyOf(line));
const done = new Set(before.map(({ seed }) => seed));
for (let seed = first; seed < first + count; seed++) {
  if (performance.now() > until) break;
  if (args.show) show(seed);
  else if (args.shrink) await shrink(seed, options, print);
  else if (!done.has(seed)) await go(seed);
}
print([...tally].sort().map(([key, count]) => `${key}: ${count}`).join(", "));
