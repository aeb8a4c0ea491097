import { SCENARIOS } from "../fake/scenario.ts";
import { DEADLY, MANNERS, type Trouble } from "../fake/trouble.ts";
import { baselineOf } from "./baseline.ts";
import { MOVES } from "./moves.ts";
import { deathsAfter, tellFrom } from "./pairs.ts";
import type { Story } from "./story.ts";
import type { Table } from "./table.ts";

/**
 * Random stories. So many of them share a beginning, which is told once: a
 * seed's number says which beginning, and which of its ends.
 */
export const FAMILY = 128;

/** Mulberry32: small, and the same on every machine. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(end: number): number {
    return Math.floor(this.roll() * end);
  }

  chance(probability: number): boolean {
    return this.roll() < probability;
  }

  one<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined) throw new Error("Nothing to choose from");
    return found;
  }
}

const NAMES = Object.keys(MOVES);
const CALM = ["nothing", "a moment", "a while"];

const moveOf = (dice: Dice) =>
  dice.chance(0.4) ? dice.one(CALM) : dice.one(NAMES);

/** What the stories of a family have in common. */
async function beginningOf(family: number): Promise<Story> {
  const dice = new Dice(family);
  const scenario = dice.below(SCENARIOS.length);
  const { up } = await baselineOf({ scenario, troubles: [], moves: [] });
  const lives = dice.one([0, 1, 1, 1, 2]);
  const troubles: Trouble[] = [];
  let tick = 0;
  for (let life = 0; life < lives; life++) {
    tick += dice.below(life === 0 ? up.length : 60) + (life === 0 ? 0 : 1);
    const manner = dice.chance(0.7) ? dice.one(DEADLY) : dice.one(MANNERS);
    troubles.push({ tick, manner });
  }
  const turn = [undefined, undefined, 0, 1, 2][dice.below(5)];
  return {
    scenario,
    troubles,
    moves: troubles.map(() => moveOf(dice)),
    ...(turn === undefined ? {} : { turn: lives + turn }),
    ...(turn === undefined && dice.chance(0.2) ? { commit: true } : {}),
    ...(dice.chance(0.3) ? { pace: dice.one([2, 3, 7]) } : {}),
    ...(dice.chance(0.1)
      ? {
        sick: {
          script: dice.one([
            "dump_server",
            "dump_worker",
            "build",
            "pg_upgrade",
          ]),
          phase: dice.below(6),
        },
      }
      : {}),
  };
}

/** How one seed's story ends. */
function restOf(dice: Dice, beginning: Story, tick: number): Partial<Story> {
  const later = dice.chance(0.3)
    ? [{
      tick: tick + 1 + dice.below(70),
      manner: dice.chance(0.6) ? dice.one(DEADLY) : dice.one(MANNERS),
    }]
    : [];
  return {
    moves: [...beginning.moves, moveOf(dice), ...later.map(() => moveOf(dice))],
    troubles: later,
  };
}

/** Tells the seeds from one to another, the last one included. */
export async function tellSeeds(from: number, to: number, table: Table) {
  for (
    let family = Math.floor(from / FAMILY);
    family <= Math.floor(to / FAMILY);
    family++
  ) {
    const beginning = await beginningOf(family);
    const deaths = await deathsAfter(beginning);
    for (let member = 0; member < FAMILY; member++) {
      const seed = family * FAMILY + member;
      if (seed < from || seed > to) continue;
      const dice = new Dice(seed ^ 0x5eed0000);
      if (deaths.length === 0) {
        await table.try({ ...beginning, seed });
        continue;
      }
      const death = dice.one(deaths);
      const rest = { ...restOf(dice, beginning, death.tick), seed };
      await tellFrom(death, beginning, rest, table);
    }
  }
}
