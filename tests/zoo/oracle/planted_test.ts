import { assertEquals } from "@std/assert";
import { ask } from "../host/psql.ts";
import { runOne } from "../one.ts";
import { LOSSES } from "./losses.ts";
import { PLANTED_IN } from "./planted.ts";

Deno.test({
  name:
    `The oracle sees each of ${LOSSES.length} planted losses, and nothing without them`,
  ignore: Deno.env.get("PGLADDER_RIG") === "0",
  async fn() {
    const change = () => ({ ...PLANTED_IN, seed: 0 });
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
