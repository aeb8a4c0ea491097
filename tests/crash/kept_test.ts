import { assert, assertEquals } from "@std/assert";
import { reboot } from "../fake/reboot.ts";
import { type Scenario, SCENARIOS } from "../fake/scenario.ts";
import { worldOf } from "../fake/scenario_world.ts";
import { type Change, MANNERS, type Trouble } from "../fake/trouble.ts";
import type { World } from "../fake/world.ts";
import { upgradeWords } from "./drive.ts";
import { Eyes } from "./eyes.ts";
import { live } from "./life.ts";

/**
 * The commit of what a rollback has kept, with trouble at every change: the
 * service never notices, and the next commit finds whatever is left of it.
 */

const COMMIT = ["commit", "db", "--confirm", "db"];
const PLAIN = SCENARIOS.filter(({ switch: kind, to }) =>
  kind === "unit" && Number.isInteger(to)
);

async function must(world: World, words: readonly string[]) {
  const ending = await live(world, words);
  assertEquals(ending.code, 0, ending.words);
}

/** A host that was upgraded, took rows, and was rolled back. */
async function hostOf(scenario: Scenario): Promise<World> {
  const world = worldOf(scenario);
  const eyes = new Eyes(world);
  await must(world, upgradeWords(scenario));
  world.pass(6);
  eyes.consent = true;
  await must(world, ["rollback", "db", "--yes", "--confirm", "db"]);
  assert(world.disk.at(`${world.beside}.aborted`) !== undefined);
  return world;
}

/** As often as it takes; whoever finds nothing to commit says so. */
async function commitAll(world: World) {
  for (let life = 0; life < 3; life++) {
    const { code, words } = await live(world, COMMIT);
    assert(code === 0 || / find an open run /.test(words), words);
  }
  for (const suffix of [".aborted", ".pgladder/discard"]) {
    const path = `${world.beside}${suffix}`;
    assertEquals(world.disk.at(path), undefined, path);
  }
  const { entries } = world.disk.directoryAt("/var/lib/pgladder/runs") ?? {};
  assertEquals([...entries?.keys() ?? []], []);
  assertEquals(world.violations, []);
}

async function changesOf(scenario: Scenario): Promise<readonly Change[]> {
  const world = await hostOf(scenario);
  const changes: Change[] = [];
  world.changes = changes;
  await must(world, COMMIT);
  await commitAll(world);
  assert(changes.length > 3, `${changes.length} changes`);
  return changes;
}

async function inTrouble(scenario: Scenario, trouble: Trouble, cut: boolean) {
  const world = await hostOf(scenario);
  world.troubles = [{ ...trouble, tick: world.ticks + trouble.tick }];
  const ending = await live(world, COMMIT);
  assert(ending.code !== 70, ending.words);
  if (cut) {
    reboot(world, { cut: "lost", wiped: false });
    world.pass(6);
  }
  await commitAll(world);
}

for (const scenario of PLAIN) {
  Deno.test(`A commit of what a rollback kept, and trouble at each change of it: ${scenario.name}`, async () => {
    const changes = await changesOf(scenario);
    for (const [tick, change] of changes.entries()) {
      for (const manner of MANNERS) {
        if (manner === "half" && change.half === undefined) continue;
        for (const cut of [false, true]) {
          try {
            await inTrouble(scenario, { tick, manner }, cut);
          } catch (cause) {
            const when = cut ? ", then a power cut" : "";
            throw new Error(`${manner} at ${tick}, ${change.name}${when}`, {
              cause,
            });
          }
        }
      }
    }
  });
}
