import { assert, assertEquals, assertMatch } from "@std/assert";
import { ask } from "../host/psql.ts";
import { runOne } from "../one.ts";
import { BY_PRODUCT } from "./by_product.ts";
import { type Loss, LOSSES } from "./losses.ts";
import { PLANTED_IN } from "./planted.ts";

const ignore = Deno.env.get("PGLADDER_RIG") === "0";
const change = () => ({ ...PLANTED_IN, seed: 0 });

Deno.test({
  name:
    `The oracle sees each of ${LOSSES.length} planted losses, and nothing without them`,
  ignore,
  async fn() {
    const how = { change, to: [18], methods: ["pg_upgrade"] } as const;
    const refused: string[] = [];
    const note = (line: string) => refused.push(line);
    const [whole] = await runOne(0, { ...how, note });
    assertEquals(refused, []);
    assertEquals([whole?.verdict, whole?.said], ["same", []]);
    const failed: string[] = [];
    const [harmed] = await runOne(0, {
      ...how,
      async plant(session) {
        for (const { name, sql } of LOSSES) {
          const { errors } = await ask(
            session,
            "planted",
            `SET search_path = public, pg_catalog; SET session_replication_role = replica;\n${sql};`,
          );
          if (errors !== "") failed.push(`${name}: ${errors}`);
        }
      },
    });
    assertEquals(failed, []);
    assertEquals(
      LOSSES.filter(({ seen }) => !harmed?.said.some((line) => seen.test(line)))
        .map(({ name }) => name),
      [],
      harmed?.said.join("\n"),
    );
  },
});

/** What the product says of them, planted before it looks itself. */
async function foundByProduct(losses: readonly Loss[]): Promise<string[]> {
  const sql = [
    "SET search_path = public, pg_catalog; SET session_replication_role = replica;",
    ...losses.map(({ sql }) => `${sql};`),
  ].join("\n");
  const [outcome] = await runOne(0, {
    ...{ change, to: [18], methods: ["dump"] },
    plantInJob: { database: "planted", sql },
  });
  assertEquals(outcome?.verdict, "stopped");
  return [...outcome?.said ?? []];
}

Deno.test({
  name: "The product names each of them itself",
  ignore: ignore || Deno.env.get("PGLADDER_ZOO_SEEDS") === undefined,
  async fn() {
    const named = LOSSES.filter(({ name }) => name !== "a database");
    const said = await foundByProduct(named);
    const missed = named.filter(({ name }) => {
      const words = BY_PRODUCT[name];
      assert(words !== undefined, `${name} has no entry`);
      return words instanceof RegExp && !said.some((it) => words.test(it));
    });
    assertEquals(missed.map(({ name }) => name), [], said.join("\n"));
    const database = LOSSES.filter(({ name }) => name === "a database");
    assertMatch(
      (await foundByProduct(database)).join("\n"),
      /database "whole" does not exist/,
    );
  },
});
