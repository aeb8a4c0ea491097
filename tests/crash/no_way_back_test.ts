import { assertEquals, assertStringIncludes } from "@std/assert";
import { SCENARIOS } from "../fake/scenario.ts";
import { worldOf } from "../fake/scenario_world.ts";
import { upgradeWords } from "./drive.ts";
import { Eyes } from "./eyes.ts";
import { live } from "./life.ts";

/**
 * A tired person deletes the old data of a complete upgrade and then wants to
 * go back. That is refused, and the run stays what it was: it can be committed.
 */
for (const scenario of SCENARIOS) {
  const { from, to } = scenario;
  // A minor upgrade puts nothing aside that could be deleted.
  if (!Number.isInteger(to)) continue;
  Deno.test(`${from} → ${to}, ${scenario.switch}: a rollback without the old data turns nothing back`, async () => {
    const world = worldOf(scenario);
    const eyes = new Eyes(world);
    const upgrade = upgradeWords(scenario);
    for (let life = 0; life < 2; life++) {
      const words = life === 0 ? upgrade : ["resume", "db"];
      const { code } = await live(world, words);
      if (code === 0) break;
      // The operator's own configuration, or container, is made as asked.
      assertEquals(code, 5);
      world.configure({
        image: `docker.io/library/postgres:${to}`,
        ...(to >= 18 ? { mountPath: "/var/lib/postgresql" } : {}),
      });
      world.systemd.reload();
    }
    eyes.consent = true;
    const backup = [...world.disk.directoryAt("/srv")?.entries.keys() ?? []]
      .map((name) => `/srv/${name}`)
      .find((path) => path.endsWith(".bak")) ?? "";
    world.disk.remove(backup);
    const words = ["rollback", "db", "--yes", "--confirm", "db"];
    const { code, words: said } = await live(world, words);
    assertEquals(code, 8, said);
    assertStringIncludes(said, backup);
    const status = await live(world, ["status", "db", "--json"]);
    assertEquals(JSON.parse(status.printed).state, "upgraded");
    const commit = await live(world, ["commit", "db", "--confirm", "db"]);
    assertEquals(commit.code, 0, commit.words);
  });
}
