import { assertEquals } from "@std/assert";
import {
  sampleFacts,
  sampleLive,
  sampleSettings,
} from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import type { Unserved } from "../facts/unserved.ts";
import { runChecks } from "./checks.ts";

Deno.test("Of data that nobody serves, what the disk tells is refused before a server is asked", () => {
  const { container } = sampleFacts();
  const checked = (live: Parameters<typeof sampleLive>[0]) => {
    const server = sampleLive(live);
    const unserved = { container } as Unserved;
    const facts = sampleFacts({ found: samplePlan().from, server, unserved });
    return runChecks(facts, sampleSettings()).filter(({ name }) =>
      ["databases", "standby", "tablespaces"].includes(name)
    );
  };
  assertEquals(checked({}), []);
  const told = checked({
    inRecovery: true,
    tablespaces: ["pg_tblspc/16385"],
    databases: [],
  });
  assertEquals(told, [
    {
      name: "standby",
      level: "refuse",
      found: "the server is a standby",
      remedy: "Upgrade the primary, and build the standby again",
    },
    {
      name: "tablespaces",
      level: "refuse",
      found: "there are tablespaces: pg_tblspc/16385",
      remedy:
        'Tablespaces are not supported yet: let the old version serve again ("pgladder status pleroma-db" says how), and move their tables to pg_default',
    },
  ]);
});
