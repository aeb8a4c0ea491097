import { SCENARIOS } from "../fake/scenario.ts";
import { LAYERS } from "./layers.ts";
import { Table } from "./table.ts";

/**
 * A sample of every layer; `make test-crash` tells all of them. Which ones
 * follows from the day, so that every day others are told.
 */
const day = Math.floor(Date.now() / 86_400_000);

for (const [scenario, { name }] of SCENARIOS.entries()) {
  for (const layer of LAYERS) {
    Deno.test(`${layer.name}: ${name} (a sample)`, async () => {
      const table = new Table();
      const part = { index: day % layer.sample, of: layer.sample };
      await layer.run(scenario, table, part);
      table.end();
    });
  }
}
