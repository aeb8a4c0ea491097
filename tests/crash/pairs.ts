import { baselineOf } from "./baseline.ts";
import type { Story } from "./story.ts";
import type { Table } from "./table.ts";
import { type Death, Teller } from "./teller.ts";

/** Stories that begin alike: told together, their beginning is told once. */

/** Every way to die in the life that follows a story's beginning. */
export async function deathsAfter(
  story: Story,
  // A trouble that is no death does not always end a life.
  life = story.troubles.length,
): Promise<Death[]> {
  const printer = new Teller(story);
  if (!await printer.tellUntil(life)) return [];
  if (printer.world.violations.length > 0) return [];
  return await printer.deaths();
}

/** Tells the rest of a story, from a death in it. */
export async function tellFrom(
  death: Death,
  beginning: Story,
  rest: Partial<Story>,
  table: Table,
) {
  const { manner, tick } = death;
  const story = {
    ...beginning,
    ...rest,
    troubles: [...beginning.troubles, { tick, manner }, ...rest.troubles ?? []],
  };
  const printer = new Teller(story);
  printer.goOnAfter(death);
  await printer.tell();
  table.add(story, printer.verdict(await baselineOf(story)));
}
