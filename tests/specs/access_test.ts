import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { flat, Host, until } from "./host.ts";

/**
 * A pg_hba.conf that the new version does not understand would keep the
 * service from starting after the swap: it is found before, and nothing is
 * swapped.
 */

/** 14 wants words for what earlier versions took a number for. */
const OLD_LINE = "hostssl all all 10.0.0.0/8 cert clientcert=1";

let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-access");
});
Deno.test.afterAll(() => Host.lower("specs-access"));

Deno.test("a line of pg_hba.conf that the new version does not understand is found before the swap", async () => {
  const database = await Database.make(host, { tag: "13" });
  await host.shell(`
    echo '${OLD_LINE}' >>/srv/db/pg_hba.conf
    systemctl restart podman-db`);
  await database.opens();
  await until("it serves", async () => await database.sql("SELECT 1") === "1");
  await host.ok("systemctl", "start", database.app);
  const inode = host.inode("/srv/db");

  const { code, stderr } = await host.pgladder(
    ...["upgrade", "db", "--to", "15", "--switch", "unit", "--yes"],
  );
  assertEquals(code, 4, stderr);
  assertStringIncludes(stderr, 'Cannot finish the step "build": ');
  assertMatch(
    flat(stderr),
    /The new server does not understand pg_hba\.conf: line \d+: [^;]*clientcert/,
  );
  assertEquals(host.inode("/srv/db.bak"), inode);

  assertEquals((await host.pgladder("rollback", "db", "--yes")).code, 0);
  assertEquals(host.inode("/srv/db"), inode);
  await database.opens();
  await database.checkServes("13");
});
