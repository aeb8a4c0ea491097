import { assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { expectedOf } from "./expected.ts";
import { flat, Host } from "./host.ts";

/**
 * From an Alpine image to a Debian one and back: the server's user is another.
 * The rig can reach no Alpine, so its stand-ins are the Debian images with the
 * user 70 and an `ldd` that names musl; how musl sorts is not in them.
 */

let host: Host;

const MAKE = (tag: string) => `
  podman run --name made --network none --entrypoint bash docker.io/library/postgres:${tag} -c '
    groupmod -g 70 postgres && usermod -u 70 -g 70 postgres
    find / -xdev "(" -uid 999 -o -gid 999 ")" -exec chown -h 70:70 {} +
    printf "%s\\n" "#!/bin/sh" "echo musl libc; echo Version 1.2.5" >/usr/bin/ldd'
  podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]' \\
    made docker.io/library/postgres:${tag}-alpine
  podman rm -v made`;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-alpine");
  await host.shell(MAKE("15") + MAKE("17"));
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower("specs-alpine"));

const IMAGE = "docker.io/library/postgres:";

/** Whose the cluster's files are, each user once. */
const owners = async (path: string) =>
  (await host.shell(`find ${path} -printf '%U\\n' | sort -u`)).trim();

for (
  const { from, to, was, is } of [
    { from: "15-alpine", to: "17", was: "70", is: "999" },
    { from: "15", to: "17-alpine", was: "999", is: "70" },
  ]
) {
  Deno.test(`${from} → ${to} and back: the files change hands, pg_upgrade is refused`, async () => {
    await host.restore("bare");
    const database = await Database.make(host, {
      rows: 300,
      more: ["--image", `${IMAGE}${from}`],
    });
    const before = await database.contents();
    assertEquals(await owners("/srv/db"), was);

    const up = ["upgrade", "db", "--to", to, "--switch", "unit", "--yes"];
    const refused = await host.pgladder(...up, "--method", "pg_upgrade");
    assertEquals(refused.code, 3, refused.stderr);
    const [old, its] = was === "70" ? ["musl", "glibc"] : ["glibc", "musl"];
    assertStringIncludes(
      refused.stderr,
      `Refused by "sorting": ${IMAGE}${from} is of ${old}, ${IMAGE}${to} of ${its}: ` +
        "every index on text would be wrong (Use --method dump, which builds each index again); nothing was changed",
    );
    assertEquals(host.exists("/srv/db.pgladder"), false);
    await database.writes();

    const done = await host.pgladder(...up);
    assertEquals(done.code, 0, done.stderr + done.stdout);
    assertStringIncludes(
      flat(done.stdout + done.stderr),
      "sorts text differently",
    );
    assertEquals(await database.version(), "17");
    assertEquals(
      expectedOf(15, 17).unexpected(before, await database.contents()),
      { missing: [], added: [] },
    );
    assertEquals(await owners("/srv/db"), is);
    assertEquals(await owners("/srv/db.bak"), was);
    await database.writes();
    await database.checkLosses();

    const down = await host.pgladder("rollback", "db", "--confirm", "db");
    assertEquals(down.code, 0, down.stderr + down.stdout);
    assertEquals(await database.version(), "15");
    assertEquals(await database.contents(), before);
    assertEquals(await owners("/srv/db"), was);
    await database.writes();
  });
}
