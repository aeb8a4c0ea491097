import { assert, assertEquals } from "@std/assert";
import { SCENARIOS } from "../fake/scenario.ts";
import { worldOf } from "../fake/scenario_world.ts";
import { reboot } from "../fake/reboot.ts";
import { type Change, DEADLY, MANNERS, type Trouble } from "../fake/trouble.ts";
import type { World } from "../fake/world.ts";
import { live } from "./life.ts";
import { normal } from "./snapshot.ts";

/**
 * Rehearsals on the fake host, with trouble at every change: whatever comes of
 * it, the service never notices, and in the end nothing of it is left.
 */

const REHEARSED = SCENARIOS.filter(({ name }) =>
  [
    "plain",
    "clone, 18, command",
    "pg_upgrade to 18",
    "a mount point, pg_upgrade, 18",
  ].includes(name)
);
type Scenario = (typeof SCENARIOS)[number];

const RECORD = "/srv/db.pgladder/rehearsal.json";

function wordsFor({ method, switch: kind, to }: Scenario): string[] {
  return [
    ...["rehearse", "db", "--to", String(to), "--switch", kind],
    ...(kind === "command" ? ["--switch-command", "true"] : []),
    ...(method === undefined ? [] : ["--method", method]),
  ];
}

/** A host that serves, on which both images are already. */
function hostOf(scenario: Scenario) {
  const world = worldOf(scenario);
  world.runtime.pull(`docker.io/library/postgres:${scenario.to}`);
  const inode = world.disk.at(world.volume)?.inode ?? 0;
  const server = world.runtime.find(world.container)?.id;
  const found = () => normal(world, inode);
  return { world, before: found(), found, server };
}

/** Nothing is there but what was there before, and perhaps the record. */
function check({ before, found, server, world }: ReturnType<typeof hostOf>) {
  const left = found().split("\n").filter((line) => line !== RECORD);
  assertEquals(left.join("\n"), before);
  assertEquals(world.violations, []);
  assertEquals(world.runtime.find(world.container)?.id, server);
}

async function clean(world: World) {
  world.pass(12);
  const ending = await live(world, ["rehearse", "db", "--clean"]);
  assertEquals(ending.code, 0, ending.words);
}

/** What an undisturbed rehearsal changes, one after the other. */
async function changesOf(scenario: Scenario): Promise<readonly Change[]> {
  const host = hostOf(scenario);
  const changes: Change[] = [];
  host.world.changes = changes;
  const ending = await live(host.world, wordsFor(scenario));
  assertEquals(ending.code, 0, ending.words);
  check(host);
  assert(host.world.disk.textAt(RECORD) !== undefined);
  assert(changes.length > 30, `${changes.length} changes`);
  return changes;
}

async function inTrouble(scenario: Scenario, trouble: Trouble) {
  const host = hostOf(scenario);
  const { world } = host;
  const tick = world.ticks + trouble.tick;
  world.troubles = [{ ...trouble, tick }];
  const ending = await live(world, wordsFor(scenario));
  const died = DEADLY.includes(trouble.manner);
  assertEquals(ending.code === undefined, died, ending.words);
  assert(ending.code !== 70, ending.words);
  // What was stopped by a signal has already removed everything itself.
  if (trouble.manner !== "signal") await clean(world);
  check(host);
}

for (const scenario of REHEARSED) {
  Deno.test(`A rehearsal and trouble at each change of it: ${scenario.name}`, async () => {
    const changes = await changesOf(scenario);
    for (const [tick, change] of changes.entries()) {
      for (const manner of MANNERS) {
        if (manner === "half" && change.half === undefined) continue;
        try {
          await inTrouble(scenario, { tick, manner });
        } catch (cause) {
          throw new Error(`${manner} at ${tick}, ${change.name}`, { cause });
        }
      }
    }
  });

  Deno.test(`A power cut at each change of a rehearsal: ${scenario.name}`, async () => {
    const changes = await changesOf(scenario);
    for (const tick of changes.keys()) {
      const host = hostOf(scenario);
      const { world } = host;
      world.troubles = [{ tick: world.ticks + tick, manner: "after" }];
      await live(world, wordsFor(scenario));
      reboot(world, { cut: "lost", wiped: false });
      world.pass(12);
      await clean(world);
      const server = world.runtime.find(world.container)?.id;
      check({ ...host, ...(server === undefined ? {} : { server }) });
    }
  });
}
