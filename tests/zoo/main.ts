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

const tally = new Map<string, number>();
function note(outcome: Outcome) {
  const { said, seconds, seed, verdict, way } = outcome;
  const name = `${way.from}->${way.to} ${way.method}`;
  print(`${seed} ${name} ${verdict} ${seconds.toFixed(1)} s`);
  if (verdict !== "same") { for (const line of said) print(`    ${line}`); }
  const faults = knownFaults(outcome) ?? [];
  for (const fault of faults) print(`    known: ${fault}`);
  const key = `${way.method} ${verdict}${faults.length > 0 ? ", known" : ""}`;
  tally.set(key, (tally.get(key) ?? 0) + 1);
}

for (let seed = first; seed < first + count; seed++) {
  if (performance.now() > until) break;
  if (args.show) {
    const cluster = clusterOf(seed);
    print(JSON.stringify({ ...cluster, groups: undefined }, null, 2));
    cluster.groups.forEach(({ database, name, sql }, index) =>
      print(`-- ${index} ${name} in ${JSON.stringify(database)}\n${sql}`)
    );
    continue;
  }
  const options = {
    ...(args.method === undefined ? {} : { methods: [args.method as Method] }),
    ...(args.to === undefined ? {} : { to: [Number(args.to) as Major] }),
  };
  if (args.shrink) {
    await shrink(seed, options, print);
    continue;
  }
  try {
    const outcomes = await runOne(seed, {
      without,
      keep: args.keep,
      ...options,
      note: (line) => args.verbose && print(`    ${line}`),
    });
    outcomes.forEach(note);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    print(`${seed} broken: ${error.message.slice(0, 3000)}`);
    tally.set("broken", (tally.get("broken") ?? 0) + 1);
  }
}
print([...tally].sort().map(([key, count]) => `${key}: ${count}`).join(", "));
