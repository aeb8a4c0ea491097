import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Scenario, SCENARIOS } from "../fake/scenario.ts";
import { worldOf } from "../fake/scenario_world.ts";
import type { Sickness } from "../fake/job_fails.ts";
import { type Change, MANNERS } from "../fake/trouble.ts";
import type { World } from "../fake/world.ts";
import { hasBegun, upgradeWords } from "./drive.ts";
import { Eyes } from "./eyes.ts";
import { live } from "./life.ts";
import { normal } from "./snapshot.ts";

/**
 * Data that nothing serves, and that their own version cannot serve either: the
 * run goes back by itself, and leaves the host as it was found, whatever happens
 * to it on the way.
 */

const ASKED = SCENARIOS.filter(({ from, runs, to }) =>
  runs !== undefined && to > from
);
/** The job's server does not start on these data. */
const SICK = { script: "ask", phase: 1, refuses: true } as const;

const inodeOf = (world: World) => world.disk.at(world.volume)?.inode ?? 0;

function hostOf(scenario: Scenario, sick: Sickness = SICK) {
  const world = worldOf(scenario);
  new Eyes(world);
  const inode = inodeOf(world);
  const first = normal(world, inode);
  world.sick = sick;
  return { world, first: () => assertEquals(normal(world, inode), first) };
}

for (const scenario of ASKED) {
  Deno.test(`Data that are refused are left as they were found: ${scenario.name}`, async () => {
    const { first, world } = hostOf(scenario);
    const changes: Change[] = [];
    world.changes = changes;
    const { code, printed, words } = await live(world, upgradeWords(scenario));
    assertEquals(code, 3, words);
    assertStringIncludes(words, "cannot serve them");
    assertStringIncludes(
      words,
      scenario.reflink
        ? "All is as it was found."
        : "may have recovered the data themselves.",
    );
    // The closing lines, once.
    assertEquals(printed.match(/^Where: /gm)?.length, 1, printed);
    first();
    const turned = changes.findIndex(({ name }) => / .*-ask-1$/.test(name));
    assert(turned > 0);
    for (let tick = turned; tick < changes.length; tick++) {
      for (const manner of MANNERS.filter((it) => !/half|late|lies/.test(it))) {
        await inTrouble(scenario, { tick, manner });
      }
    }
  });
}

for (const scenario of ASKED) {
  for (const phase of [0, 1, 2, 3]) {
    Deno.test(`A job that fails has refused nothing: phase ${phase}, ${scenario.name}`, async () => {
      const sick = { script: "ask", phase };
      const { world } = hostOf(scenario, sick);
      const { code, words } = await live(world, upgradeWords(scenario));
      assertEquals(code, 4, words);
      assertStringIncludes(words, "No space left on device");
      assert(hasBegun(world));
      const again = await live(world, ["rollback", "db", "--yes"]);
      assertEquals(again.code, 0, again.words);
      assert(!hasBegun(world));
      assertEquals(world.violations, []);
    });
  }
}

async function inTrouble(
  scenario: Scenario,
  trouble: { tick: number; manner: (typeof MANNERS)[number] },
) {
  const { first, world } = hostOf(scenario);
  const why = `${scenario.name} ${JSON.stringify(trouble)}`;
  world.troubles = [{ ...trouble, tick: world.ticks + trouble.tick }];
  await live(world, upgradeWords(scenario));
  for (let life = 0; life < 6 && hasBegun(world); life++) {
    // What did not see why it was refused asks again, and hears the same.
    world.sick ??= SICK;
    // Once it is closed its name alone may lead nowhere.
    const again = ["resume", "db", "--volume", world.volume];
    const { code, words } = await live(world, again);
    assert(code !== 70, `${why}: ${words}`);
  }
  assert(!hasBegun(world), why);
  assertEquals(world.violations, [], why);
  world.sick = undefined;
  world.pass(6);
  first();
}
