import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Database } from "./database.ts";
import { expectedOf } from "./expected.ts";
import { flat, Host } from "./host.ts";

/**
 * PostgreSQL 19, as far as Debian's experimental has it: a version that pgladder
 * does not know yet. `plan` says so; and the sample cluster goes there.
 */

const NAME = "specs-nineteen";
const KINDS = fromFileUrl(new URL("./kinds.sql", import.meta.url));
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "xfs");
  await host.rig("newest", NAME, "19");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

for (
  const [from, method] of [
    ["17", "dump"],
    ["18", "pg_upgrade"],
    ["17", "pg_upgrade"],
    ["18", "dump"],
    ["15", "pg_upgrade"],
    ["15", "dump"],
  ] as const
) {
  Deno.test(`${from} → 19 by ${method}: it is told that 19 is not known, and all of the sample is there`, async () => {
    await host.restore("bare");
    const database = await Database.make(host, { tag: from, rows: 500 });
    await host.rig("put", host.name, KINDS, "/tmp/");
    await database.psql("-qf", "/tmp/kinds.sql");
    // 19 takes no such names: refused, and done as it says.
    const refused = await host.pgladder("plan", "db", "--to", "19");
    assertEquals(refused.code, 3, refused.stderr);
    assertStringIncludes(
      flat(refused.stdout),
      'the role "two\\nlines" has a line break in its name',
    );
    await database.psql("-qc", 'ALTER ROLE "two\nlines" RENAME TO two_lines');
    const before = await database.contents();
    assert(before.length > 300, `only ${before.length} things to compare`);

    const words = ["db", "--to", "19", "--switch", "unit", "--method", method];
    const planned = await host.pgladder("plan", ...words);
    assertEquals(planned.code, 0, planned.stderr);
    assertStringIncludes(
      flat(planned.stdout),
      "pgladder was not tried with 19",
    );
    const done = await host.pgladder("upgrade", ...words, "--yes");
    assertEquals(done.code, 0, done.stderr + done.stdout);
    assert((await database.version()).startsWith("19"));
    const after = await database.contents();
    assertEquals(
      expectedOf(Number(from), 19).unexpected(before, after),
      { missing: [], added: [] },
    );
    await database.writes();
    await database.checkLosses();
    const back = await host.pgladder("rollback", "db", "--confirm", "db");
    assertEquals(back.code, 0, back.stderr + back.stdout);
    assertEquals(await database.version(), from);
  });
}
