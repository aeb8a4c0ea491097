import { assertEquals } from "@std/assert";
import {
  sampleFacts,
  sampleInside,
  sampleLive,
  sampleSettings,
} from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import type { Unserved } from "../facts/unserved.ts";
import { partitions } from "./partitions.ts";
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

Deno.test("What nobody serves is not told to be rehearsed", () => {
  const { container } = sampleFacts();
  const unserved = { container } as Unserved;
  const checked = runChecks(
    sampleFacts({ found: samplePlan().from, unserved }),
    sampleSettings(),
  );
  assertEquals(
    checked.find(({ name }) => name === "rehearsal")?.found,
    "not possible: it copies a database that serves",
  );
  assertEquals(
    partitions.look({
      ...sampleFacts({
        databases: [sampleInside({ textRanges: ["names"] })],
        libcs: { from: "glibc 2.36", to: "glibc 2.41" },
      }),
      unserved,
    }, sampleSettings()).remedy,
    "The restore fails if a row now belongs to another partition: use an image on the same base",
  );
});
