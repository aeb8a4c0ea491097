import { assertEquals } from "@std/assert";
import {
  PLANTED_IN_CLUSTER,
  PLANTED_IN_DATABASE,
} from "../job/script/testdata/planted_in_cluster.ts";
import { DatabaseFactsSchema } from "../plan/facts/server.ts";
import { KINDS, PARTS, REFUSED } from "../../tests/kinds/kinds.ts";

const PLANTED = [...PLANTED_IN_DATABASE, ...PLANTED_IN_CLUSTER];

const isPlanted = (object: string) =>
  PLANTED.some(([, found]) => found.startsWith(object));

Deno.test("Every catalog has one row, in order", () => {
  const catalogs = KINDS.map(({ catalog }) => catalog);
  assertEquals(new Set(catalogs).size, catalogs.length);
});

Deno.test("What is said to be seen is planted, and found by the jobs' test", () => {
  assertEquals(
    KINDS.filter(({ planted }) => planted !== undefined && !isPlanted(planted))
      .map(({ catalog, planted }) => [catalog, planted]),
    [],
  );
  assertEquals(PARTS.filter(([, planted]) => !isPlanted(planted)), []);
});

Deno.test("What is carried by nobody, or seen by nobody, has its reason", () => {
  const silent = KINDS.filter(({ reason, seen }) =>
    seen === "none" && (reason ?? "").length < 20
  );
  assertEquals(silent, []);
});

Deno.test("What is refused is refused by the plan, and once more of the closed cluster", async () => {
  const read = (path: string) =>
    Deno.readTextFile(new URL(`../${path}`, import.meta.url));
  const closed = await read("job/sql/closed_database.sql");
  const facts = await read("job/sql/database_facts.sql") +
    await read("job/sql/carried_facts.sql");
  const keys = new Set(REFUSED.map(([, key]) => key));
  const asked = [...closed.matchAll(/^ {2}\(\d+, '(\w+)'/gm)].map((it) =>
    it[1]
  );
  assertEquals([...keys].sort(), asked.toSorted());
  for (const key of keys) {
    assertEquals(facts.split(`'${key}', `).length, 2, key);
    assertEquals(key in DatabaseFactsSchema.entries, true, key);
  }
});
