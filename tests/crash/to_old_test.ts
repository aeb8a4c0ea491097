import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SCENARIOS } from "../fake/scenario.ts";
import { worldOf } from "../fake/scenario_world.ts";
import { reboot } from "../fake/reboot.ts";
import type { Change } from "../fake/trouble.ts";
import type { World } from "../fake/world.ts";
import { hasBegun, upgradeWords } from "./drive.ts";
import { Eyes } from "./eyes.ts";
import { live } from "./life.ts";
import { scenarioOf } from "./story.ts";

/**
 * Data that nothing served, and what a person may ask for on the way: the old
 * version in the end, another image of the old one, JSON.
 */

const ASKED = SCENARIOS.filter(({ alone, from, lost, runs, to }) =>
  runs !== undefined && to > from && !alone && !lost
);
const FIRST = scenarioOf({ scenario: 15, troubles: [], moves: [] });
const TO_OLD = ["rollback", "db", "--confirm", "db", "--yes", "--to-old"];

/** The first run is in the history by now, or its journal says it. */
const isTurned = ({ beside, disk }: World) =>
  disk.directoryAt(`${beside}.pgladder/history`) !== undefined ||
  disk.textAt(`${beside}.pgladder/journal.json`)?.includes("--to 15");

const servesOld = ({ systemd, unit }: World) => {
  const { active, text = "" } = systemd.units.get(unit) ?? {};
  return text.includes("postgres:15") && active === "active";
};

for (const scenario of ASKED) {
  Deno.test(`The old version serves in the end, by what the first run was told: ${scenario.name}`, async () => {
    const world = worldOf(scenario);
    new Eyes(world);
    // Before anybody has taken rows that the way back would lose.
    world.sick = { script: "ask", phase: 2 };
    const told = ["--unit", world.unit, "--superuser", "postgres"];
    const up = await live(world, [...upgradeWords(scenario), ...told]);
    assertEquals(up.code, 4, up.words);
    world.trace = [];
    const { code, words } = await live(world, TO_OLD);
    assertEquals(code, 0, words);
    const typed = world.trace.filter((line) =>
      line.includes("pgladder upgrade db --to 15")
    );
    // Before the way back, and after it.
    assertEquals(typed.length, 2, world.trace.join("\n"));
    for (const line of typed) {
      assertStringIncludes(line, `--unit ${world.unit}`);
      assertStringIncludes(line, `--switch ${scenario.switch}`);
      assertStringIncludes(line, "--superuser postgres");
    }
    const { text = "" } = world.systemd.units.get(world.unit) ?? {};
    assertStringIncludes(text, "postgres:15");
    assertEquals(world.violations, []);
  });
}

const TO_18 = scenarioOf({ scenario: 18, troubles: [], moves: [] });

for (const scenario of [FIRST, TO_18]) {
  Deno.test(`Cut short at any change, resume leads to the old version: ${scenario.name}`, async () => {
    const begin = async () => {
      const world = worldOf(scenario);
      world.sick = { script: "ask", phase: 2 };
      const { code, words } = await live(world, upgradeWords(scenario));
      assertEquals(code, 4, words);
      return world;
    };
    const world = await begin();
    const changes: Change[] = [];
    world.changes = changes;
    const { code, words } = await live(world, TO_OLD);
    assertEquals(code, 0, words);
    let between = 0;
    for (let tick = 0; tick < changes.length; tick++) {
      const world = await begin();
      world.troubles = [{ tick: world.ticks + tick, manner: "after" }];
      const cut = await live(world, TO_OLD);
      // Until it stands in the journal nothing was promised.
      if (cut.code === 0 || !isTurned(world)) continue;
      reboot(world, { cut: undefined, wiped: false });
      world.pass(6);
      if (!hasBegun(world)) between += 1;
      for (let life = 0; life < 3 && !servesOld(world); life++) {
        const again = ["resume", "db", "--volume", world.volume, "--yes"];
        const ended = await live(world, again);
        assertEquals(ended.code, 0, `${tick}: ${ended.words}`);
      }
      assert(servesOld(world), `after change ${tick}`);
      assertEquals(world.violations, []);
    }
    assert(between > 0);
  });
}

Deno.test("What the first run's rollback has kept is told by the second one's commit", async () => {
  const world = worldOf(FIRST);
  for (const words of [upgradeWords(FIRST), TO_OLD]) {
    const { code, words: said } = await live(world, words);
    assertEquals(code, 0, said);
  }
  for (const next of ["pgladder commit db", undefined]) {
    const commit = ["commit", "db", "--confirm", "db"];
    const { code, printed, words } = await live(world, commit);
    assertEquals(code, 0, words);
    assertEquals(/Next: +(.*)/.exec(printed)?.[1], next, printed);
  }
});

Deno.test("Typed again midway it keeps what it found first", async () => {
  const world = worldOf(FIRST);
  world.sick = { script: "ask", phase: 2 };
  await live(world, upgradeWords(FIRST));
  world.troubles = [{ tick: world.ticks + 8, manner: "after" }];
  const without = TO_OLD.filter((word) => word !== "--yes");
  assertEquals((await live(world, without)).code, undefined);
  reboot(world, { cut: undefined, wiped: false });
  const again = await live(world, TO_OLD);
  assertEquals(again.code, 0, again.words);
  assert(servesOld(world));
  const history = `${world.beside}.pgladder/history`;
  const [name] = world.disk.directoryAt(history)?.entries.keys() ?? [];
  const journal = world.disk.textAt(`${history}/${name}`) ?? "";
  assertEquals(journal.split('"old":').length, 2, journal);
});

Deno.test("A container of no unit is asked for once: of the old version", async () => {
  const scenario = scenarioOf({ scenario: 16, troubles: [], moves: [] });
  for (const made of ["15", "17"]) {
    const world = worldOf(scenario);
    const make = (tag: string, mountPath: string) =>
      world.configure({
        image: `docker.io/library/postgres:${tag}`,
        mountPath,
      });
    const up = await live(world, upgradeWords(scenario));
    assertEquals(up.code, 5, up.words);
    make("18", "/var/lib/postgresql");
    const done = await live(world, ["resume", "db"]);
    assertEquals(done.code, 0, done.words);
    const { code, words } = await live(world, TO_OLD);
    assertEquals(code, 5, words);
    assertStringIncludes(words, "postgres:18 → docker.io/library/postgres:15");
    assertStringIncludes(words, "/var/lib/postgresql/data");
    // What was found is no less than it was, and leads on from there.
    make(made, "/var/lib/postgresql/data");
    const again = await live(world, ["resume", "db", "--confirm", "db"]);
    assertEquals(again.code, made === "15" ? 0 : 5, again.words);
    if (made === "15") {
      assertStringIncludes(again.printed, "Database: PostgreSQL 15 serves, ");
      assertEquals(again.printed.includes("--to-old"), false);
      assert(!hasBegun(world));
    } else {
      assertStringIncludes(
        again.words,
        "postgres:17 → docker.io/library/postgres:15",
      );
    }
  }
});

Deno.test("A container of no unit, cut short at any change, is asked for once all the same", async () => {
  const scenario = scenarioOf({ scenario: 16, troubles: [], moves: [] });
  const make = (world: World, tag: string, mountPath: string) =>
    world.configure({ image: `docker.io/library/postgres:${tag}`, mountPath });
  const begin = async () => {
    const world = worldOf(scenario);
    // With --confirm somebody agrees to lose what the new version took.
    new Eyes(world).consent = true;
    await live(world, upgradeWords(scenario));
    make(world, "18", "/var/lib/postgresql");
    const { code, words } = await live(world, ["resume", "db"]);
    assertEquals(code, 0, words);
    return world;
  };
  /** To its end; how often a person was asked to make it of which image. */
  const end = async (world: World) => {
    const asked: (string | undefined)[] = [];
    let words: readonly string[] = TO_OLD;
    for (let life = 0; life < 8; life++) {
      const ended = await live(world, words);
      if (ended.code === 0) return asked;
      if (ended.code === undefined) {
        reboot(world, { cut: undefined, wiped: false });
        world.pass(6);
      } else {
        assertEquals(ended.code, 5, ended.words);
        asked.push(/→ \S+:(\d+)/.exec(ended.words)?.[1]);
        make(world, "15", "/var/lib/postgresql/data");
      }
      // Before it stood in the journal nothing was promised.
      if (isTurned(world)) words = ["resume", "db", "--confirm", "db"];
    }
    return asked;
  };
  const world = await begin();
  const changes: Change[] = [];
  world.changes = changes;
  assertEquals(await end(world), ["15"]);
  for (let tick = 0; tick < changes.length; tick++) {
    const world = await begin();
    world.troubles = [{ tick: world.ticks + tick, manner: "after" }];
    assertEquals(new Set(await end(world)), new Set(["15"]), `${tick}`);
    const { image, process } = world.runtime.containers.get("db") ?? {};
    assert(process !== undefined, `after change ${tick}`);
    assertEquals(image, "docker.io/library/postgres:15");
    assertEquals(world.violations, []);
    assert(!hasBegun(world));
  }
});

Deno.test("A way back to a unit that was stopped ends, also where a boot starts it", async () => {
  const begin = async () => {
    const world = worldOf(FIRST);
    world.systemd.stopOne(world.unit);
    world.sick = { script: "ask", phase: 2 };
    const { code, words } = await live(world, upgradeWords(FIRST));
    assertEquals(code, 4, words);
    return world;
  };
  const world = await begin();
  const changes: Change[] = [];
  world.changes = changes;
  const { code, words } = await live(world, ["rollback", "db", "--yes"]);
  assertEquals(code, 0, words);
  let started = 0;
  for (let tick = 0; tick < changes.length; tick++) {
    const world = await begin();
    world.troubles = [{ tick: world.ticks + tick, manner: "after" }];
    await live(world, ["rollback", "db", "--yes"]);
    reboot(world, { cut: undefined, wiped: false });
    world.pass(6);
    for (let life = 0; life < 3 && hasBegun(world); life++) {
      const again = ["rollback", "db", "--volume", world.volume, "--yes"];
      const ended = await live(world, again);
      assertEquals(ended.code, 0, `${tick}: ${ended.words}`);
    }
    assert(!hasBegun(world), `after change ${tick}`);
    const { active } = world.systemd.units.get(world.unit) ?? {};
    if (active !== "inactive") started += 1;
  }
  assert(started > 0);
});

Deno.test("Of a refusal there is one last object, also as JSON", async () => {
  const world = worldOf(FIRST);
  world.sick = { script: "ask", phase: 1, refuses: true };
  const { code, printed } = await live(world, [
    ...upgradeWords(FIRST),
    "--json",
  ]);
  assertEquals(code, 3, printed);
  const finals = printed.split(/(?<=\})(?=\{)|\n/).filter((line) =>
    line.includes('"next"')
  );
  assertEquals(finals.length, 1, printed);
});

Deno.test("An old image that cannot read the data is refused, and nothing begins", async () => {
  const world = worldOf(FIRST);
  for (const tag of ["17", "18"]) {
    const from = `docker.io/library/postgres:${tag}`;
    const { code, words } = await live(world, [
      ...upgradeWords(FIRST),
      "--from",
      from,
    ]);
    assertEquals(code, 3, words);
    assertStringIncludes(words, "Name an image of PostgreSQL 15 with --from");
    assert(!hasBegun(world));
  }
});
