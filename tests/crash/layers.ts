import { type Change, MANNERS, type Trouble } from "../fake/trouble.ts";
import { LOSES } from "../fake/world.ts";
import { baselineOf } from "./baseline.ts";
import { MOVES } from "./moves.ts";
import { deathsAfter, tellFrom } from "./pairs.ts";
import { scenarioOf, type Story } from "./story.ts";
import type { Table } from "./table.ts";
import type { Death } from "./teller.ts";

/** Which of a layer's cases: every `of`-th, from `index` on. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/** One way to break a host: all its cases, one after the other. */
export interface Layer {
  readonly name: string;
  /** Into so many parts it is cut to be told by several at once. */
  readonly parts: number;
  /** For `make test` one case in so many is enough. */
  readonly sample: number;
  run(scenario: number, table: Table, part: Part): Promise<void>;
}

const calm = (scenario: number): Story => ({
  scenario,
  troubles: [],
  moves: [],
});

/** Counts through all cases and picks those of the part. */
class Picker {
  #at = 0;
  constructor(readonly part: Part) {}

  get next(): boolean {
    return this.#at++ % this.part.of === this.part.index;
  }
}

/** Every change in every manner that it can have. */
function* each(changes: readonly Change[], from = 0): Generator<Trouble> {
  for (const [index, change] of changes.entries()) {
    for (const manner of MANNERS) {
      if (/half/.test(manner) && change.half === undefined) continue;
      if (manner === "late" && !change.late) continue;
      if (manner === "lies" && change.honest) continue;
      yield { tick: from + index, manner };
    }
  }
}

type Which = "up" | "down" | "commit" | "declines";

/** One trouble somewhere, and otherwise always the same story. */
function once(name: string, which: Which, more: Partial<Story>): Layer {
  return {
    name,
    parts: 4,
    sample: 40,
    async run(scenario, table, part) {
      const picker = new Picker(part);
      const baseline = await baselineOf(calm(scenario));
      const from = which === "up" ? 0 : baseline.up.length;
      for (const trouble of each(baseline[which], from)) {
        if (!picker.next) continue;
        await table.try({ ...calm(scenario), troubles: [trouble], ...more });
      }
    },
  };
}

/** One look that fails, in an upgrade. */
function blind(name: string, more: Partial<Story>): Layer {
  return {
    name,
    parts: 4,
    sample: 60,
    async run(scenario, table, part) {
      const picker = new Picker(part);
      const { looks } = await baselineOf(calm(scenario));
      for (let look = 0; look < looks; look++) {
        if (!picker.next) continue;
        await table.try({ ...calm(scenario), blind: [look], ...more });
      }
    },
  };
}

/** Every system call on the journal is the last before a power cut. */
const journalCalls: Layer = {
  name: "a power cut at every system call",
  parts: 8,
  sample: 150,
  async run(scenario, table, part) {
    const picker = new Picker(part);
    const fine = { ...calm(scenario), fine: true };
    const { up } = await baselineOf(fine);
    const cuts = Object.keys(MOVES).filter((name) => name.startsWith("power"));
    for (let tick = 0; tick < up.length; tick++) {
      for (const move of cuts) {
        for (const manner of ["before", "after"] as const) {
          for (const turn of [{}, { turn: 1 }]) {
            if (!picker.next) continue;
            const troubles = [{ tick, manner }];
            await table.try({ ...fine, troubles, moves: [move], ...turn });
          }
        }
      }
    }
  },
};

const DEATHS = new Map<number, Death[]>();

async function deathsOf(scenario: number): Promise<Death[]> {
  const known = DEATHS.get(scenario) ?? await deathsAfter(calm(scenario));
  DEATHS.set(scenario, known);
  return known;
}

/** Every death of an upgrade, then every move of the world. */
const moves: Layer = {
  name: "a death, a move of the world",
  parts: 16,
  sample: 300,
  async run(scenario, table, part) {
    const picker = new Picker(part);
    for (const death of await deathsOf(scenario)) {
      for (const move of Object.keys(MOVES)) {
        for (const turn of [{}, { turn: 1 }]) {
          if (!picker.next) continue;
          const rest = { moves: [move], status: true, ...turn };
          await tellFrom(death, calm(scenario), rest, table);
        }
      }
    }
  },
};

/** Every death on the way back or of a commit, then every move of the world. */
function movesLater(name: string, more: Partial<Story>): Layer {
  return {
    name,
    parts: 8,
    sample: 300,
    async run(scenario, table, part) {
      const picker = new Picker(part);
      const beginning = { ...calm(scenario), ...more };
      for (const death of await deathsAfter(beginning, 1)) {
        for (const move of Object.keys(MOVES)) {
          if (!picker.next) continue;
          const rest = { moves: ["nothing", move], status: true };
          await tellFrom(death, beginning, rest, table);
        }
      }
    },
  };
}

/** Every death, and every death of the life that follows. */
const pairs: Layer = {
  name: "two deaths",
  parts: 24,
  sample: 2000,
  async run(scenario, table, { index, of }) {
    for (const [at, { manner, tick }] of (await deathsOf(scenario)).entries()) {
      // Beginnings are shared, so whole ones make a part.
      if (at % Math.min(of, 60) !== index % 60) continue;
      const picker = new Picker({ index: 0, of: Math.ceil(of / 60) });
      for (const turn of [undefined, 1, 2]) {
        const beginning = {
          ...calm(scenario),
          troubles: [{ tick, manner }],
          ...(turn === undefined ? {} : { turn }),
        };
        for (const death of await deathsAfter(beginning)) {
          if (picker.next) await tellFrom(death, beginning, {}, table);
        }
      }
    }
  },
};

function jobsOf(scenario: number): readonly string[] {
  const { method, order, runs, to } = scenarioOf(calm(scenario));
  if (order !== undefined) return ["reindex"];
  return [
    ...runs !== undefined && to >= runs ? ["ask"] : [],
    ...method === "pg_upgrade"
      ? ["pg_upgrade"]
      : ["dump_server", "dump_worker", "build"],
  ];
}

/** Jobs that fail by themselves, and jobs that are slow. */
const jobs: Layer = {
  name: "a job that fails, at every pace",
  parts: 1,
  sample: 20,
  async run(scenario, table, part) {
    const picker = new Picker(part);
    for (const script of jobsOf(scenario)) {
      const isBuild = !script.startsWith("dump");
      const phases = [0, 1, 2, 3, 4, 5, ...(isBuild ? [LOSES] : [])];
      for (const phase of phases) {
        for (const pace of [1, 2, 7]) {
          for (const turn of [{}, { turn: 1 }, { turn: 2 }]) {
            if (!picker.next) continue;
            const sick = { script, phase };
            await table.try({ ...calm(scenario), sick, pace, ...turn });
          }
        }
      }
    }
  },
};

export const LAYERS: readonly Layer[] = [
  once("one trouble, resumed", "up", { status: true }),
  once("one trouble, rolled back", "up", { turn: 1, status: true }),
  once("one trouble in a rollback", "down", { turn: 9 }),
  once("one trouble in a commit", "commit", { commit: true }),
  once("one trouble in a rollback that is declined", "declines", {
    declines: true,
  }),
  blind("a look that fails, resumed", {}),
  blind("a look that fails, rolled back", { turn: 1 }),
  journalCalls,
  jobs,
  moves,
  movesLater("a death in a rollback, a move of the world", { turn: 9 }),
  movesLater("a death in a commit, a move of the world", { commit: true }),
  pairs,
];
