import { SCENARIOS } from "../fake/scenario.ts";
import { type Change, MANNERS, type Trouble } from "../fake/trouble.ts";
import { baselineOf } from "./baseline.ts";
import { Table } from "./table.ts";

function* once(changes: readonly Change[], from = 0): Generator<Trouble> {
  for (const [index, change] of changes.entries()) {
    for (const manner of MANNERS) {
      if (/half/.test(manner) && change.half === undefined) continue;
      if (manner === "late" && !change.late) continue;
      if (manner === "lies" && change.honest) continue;
      yield { tick: from + index, manner };
    }
  }
}

for (const [scenario, { name }] of SCENARIOS.entries()) {
  Deno.test(`${name}: every change, every manner, resumed`, async () => {
    const table = new Table(`${name}: once, resumed`);
    const { up } = await baselineOf({ scenario, troubles: [], moves: [] });
    for (const trouble of once(up)) {
      await table.try({ scenario, troubles: [trouble], moves: [] });
    }
    table.end();
  });

  Deno.test(`${name}: every change, every manner, rolled back`, async () => {
    const table = new Table(`${name}: once, rolled back`);
    const { up } = await baselineOf({ scenario, troubles: [], moves: [] });
    for (const trouble of once(up)) {
      await table.try({ scenario, troubles: [trouble], moves: [], turn: 1 });
    }
    table.end();
  });

  Deno.test(`${name}: every change of a rollback`, async () => {
    const table = new Table(`${name}: once in a rollback`);
    const { up, down } = await baselineOf({
      scenario,
      troubles: [],
      moves: [],
    });
    for (const trouble of once(down, up.length)) {
      await table.try({ scenario, troubles: [trouble], moves: [], turn: 9 });
    }
    table.end();
  });
}
