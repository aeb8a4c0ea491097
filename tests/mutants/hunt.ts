import { SCENARIOS } from "../fake/scenario.ts";
import { baselineOf, tell } from "../crash/baseline.ts";
import { storyOf } from "../crash/cases.ts";
import { ALL_CASES } from "../crash/cases_unserved.ts";
import { LAYERS } from "../crash/layers.ts";
import { Table } from "../crash/table.ts";

/**
 * Looks for a fault on the fake host, the quickest ways first, and ends with
 * the first that shows it: prints its layer and what was violated, or nothing.
 */

/** Portions of each layer, coarse ones first; all is told by `make test-crash`. */
const PORTIONS = [16, 4, 1];

async function* ways(): AsyncGenerator<readonly [string, readonly string[]]> {
  for (const [scenario, { name }] of SCENARIOS.entries()) {
    yield [`undisturbed, ${name}`, await undisturbed(scenario)];
  }
  for (const one of ALL_CASES) {
    yield ["a named case", await tell(await storyOf(one))];
  }
  for (const index of PORTIONS) {
    for (const layer of LAYERS) {
      for (const scenario of SCENARIOS.keys()) {
        const table = new Table();
        await layer.run(scenario, table, {
          index,
          of: layer.sample * index,
        });
        yield [layer.name, [...table.wrong.keys()]];
      }
    }
  }
}

async function undisturbed(scenario: number): Promise<readonly string[]> {
  try {
    await baselineOf({ scenario, troubles: [], moves: [] });
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function hunt(): Promise<string> {
  for await (const [way, [first]] of ways()) {
    if (first !== undefined) return `${way}: ${first}`;
  }
  return "";
}

// Deaths are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;

// deno-lint-ignore no-console
console.log((await hunt()).split("\n").slice(0, 3).join(" "));
