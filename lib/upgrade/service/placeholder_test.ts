import { assert, assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan, samplePlanTo18 } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import {
  isPlaceholder,
  makePlaceholder,
  placeholderText,
  tombstonePlace,
  tombstoneText,
} from "./placeholder.ts";
import { contextOf } from "../../run/context.ts";

const STATE = "/srv/pleroma-db.pgladder";
const PLUG = `${STATE}/plug`;

/** Both data directories below the volume's root, at different places. */
const DEEP = samplePlan({
  from: { ...samplePlan().from, cluster: "pgdata" },
  to: { ...samplePlan().to, cluster: "18/docker" },
});

function host(content: Record<string, string> = {}) {
  const files = new MemoryFiles({ [`${STATE}/`]: "", ...content });
  return { files, ports: portsOf({ files }) };
}

Deno.test("The placeholder's sentence is no version, and says what to type", () => {
  assertEquals(
    placeholderText(samplePlan()),
    'Closed by pgladder, run 20260102-030405-a1b2: the data is safe in /srv/pleroma-db.bak until "pgladder resume pleroma-db" or "pgladder rollback pleroma-db"\n',
  );
  // A server reads the first number of the first line; there must be none.
  for (const text of [placeholderText(DEEP), tombstoneText(DEEP)]) {
    assert(Number.isNaN(Number.parseInt(text)), text);
    assertEquals(text.trimEnd().split("\n").length, 1);
  }
});

Deno.test("The placeholder stands wherever the old or the new image looks", async () => {
  const cases = [
    [samplePlan(), ["PG_VERSION"]],
    [samplePlanTo18(), ["18/docker/PG_VERSION", "PG_VERSION"]],
    [DEEP, ["18/docker/PG_VERSION", "PG_VERSION", "pgdata/PG_VERSION"]],
  ] as const;
  for (const [plan, names] of cases) {
    const { files, ports } = host();
    assertEquals(await makePlaceholder(contextOf(plan, ports)), PLUG);
    assertEquals(
      files.texts,
      Object.fromEntries(
        names.map((name) => [`${PLUG}/${name}`, placeholderText(plan)]),
      ),
    );
    assertEquals(await isPlaceholder(contextOf(plan, ports), PLUG), true);
  }
});

Deno.test("What a dead process left of a placeholder is replaced", async () => {
  const { files, ports } = host({ [`${PLUG}/`]: "", [`${PLUG}/junk`]: "x" });
  await makePlaceholder(contextOf(samplePlanTo18(), ports));
  assertEquals(Object.keys(files.texts), [
    `${PLUG}/18/docker/PG_VERSION`,
    `${PLUG}/PG_VERSION`,
  ]);
});

Deno.test("A placeholder is known wherever it was moved, by each of its sentences", async () => {
  const { files, ports } = host();
  await makePlaceholder(contextOf(DEEP, ports));
  await files.rename(PLUG, "/srv/pleroma-db");
  assertEquals(
    await isPlaceholder(contextOf(DEEP, ports), "/srv/pleroma-db"),
    true,
  );
  assertEquals(await isPlaceholder(contextOf(DEEP, ports), PLUG), false);
  files.put("/srv/pleroma-db/pgdata/PG_VERSION", "15\n");
  assertEquals(
    await isPlaceholder(contextOf(DEEP, ports), "/srv/pleroma-db"),
    false,
  );
});

Deno.test("Neither another run's placeholder nor a cluster nor a file is this run's", async () => {
  const other = samplePlan({ run: "20251224-000000-ffff" });
  const { files, ports } = host();
  await makePlaceholder(contextOf(other, ports));
  assertEquals(
    await isPlaceholder(contextOf(samplePlan(), ports), PLUG),
    false,
  );
  files.put(`${PLUG}/PG_VERSION`, "15\n");
  assertEquals(
    await isPlaceholder(contextOf(samplePlan(), ports), PLUG),
    false,
  );
  files.put("/srv/file", placeholderText(samplePlan()));
  assertEquals(
    await isPlaceholder(contextOf(samplePlan(), ports), "/srv/file"),
    false,
  );
  assertEquals(
    await isPlaceholder(contextOf(samplePlan(), ports), "/srv/none"),
    false,
  );
});

Deno.test("A tombstone is needed where the new cluster lies elsewhere", () => {
  assertEquals(tombstonePlace(samplePlan()), undefined);
  // The volume's own root.
  assertEquals(tombstonePlace(samplePlanTo18()), "");
  assertEquals(tombstonePlace(DEEP), "pgdata");
  assertEquals(
    tombstoneText(samplePlanTo18()),
    'PostgreSQL 18 lies in "18/docker" of this volume: start the new image (pgladder, run 20260102-030405-a1b2)\n',
  );
});
