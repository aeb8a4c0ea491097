import { SCENARIOS } from "../fake/scenario.ts";
import { MOVES } from "./moves.ts";
import { deathsAfter, tellFrom } from "./pairs.ts";
import { Table } from "./table.ts";

/** Every death of an upgrade, then every move of the world. */
for (const [scenario, { name }] of SCENARIOS.entries()) {
  Deno.test(`${name}: every death, then every move`, async () => {
    const beginning = { scenario, troubles: [], moves: [] };
    const deaths = await deathsAfter(beginning);
    const table = new Table(`${name}: death, move, resume or rollback`);
    for (const move of Object.keys(MOVES)) {
      for (const death of deaths) {
        for (const turn of [undefined, 1]) {
          const rest = turn === undefined
            ? { moves: [move] }
            : { moves: [move], turn };
          await tellFrom(death, beginning, rest, table);
        }
      }
    }
    table.end();
  });
}
