import { assertEquals } from "@std/assert";
import { Host, until } from "./host.ts";

/**
 * A database of rootless podman: root's podman knows nothing of it, so it is
 * refused by a sentence that names its user.
 */

const NAME = "specs-rootless";
/** As in a session of her own, without what root's session has. */
const AS_ALICE = `#!/bin/bash
cd /var/lib/alice
exec setpriv --reuid=alice --regid=alice --init-groups \\
  env -i HOME=/var/lib/alice USER=alice PATH=/usr/bin:/usr/sbin \\
  XDG_RUNTIME_DIR=/run/user/alice "$@"
`;
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  // It maps a user's range.
  await host.installs("uidmap");
});
Deno.test.afterAll(() => Host.lower(NAME));

Deno.test("Rootless podman runs it: refused, with the user's name, and nothing is changed", async () => {
  await host.shell(`useradd -m -d /var/lib/alice -s /bin/bash alice
    install -d -m 700 -o alice /run/user/alice
    cat >/usr/local/bin/as-alice <<'END'
${AS_ALICE}END
    chmod 755 /usr/local/bin/as-alice
    podman save -q docker.io/library/postgres:15 -o /tmp/image.tar
    chmod 644 /tmp/image.tar
    as-alice podman load -q -i /tmp/image.tar
    as-alice podman run -d --name db --network none --cgroups=disabled \\
      -e POSTGRES_PASSWORD=rig-db docker.io/library/postgres:15`);
  const serves = ["as-alice", "podman", "exec", "db", "pg_isready", "-q"];
  await until("it serves", async () => (await host.exec(...serves)).code === 0);
  for (const command of ["plan", "rehearse", "upgrade"]) {
    const { code, stderr } = await host.pgladder(command, "db", "--to", "17");
    assertEquals(
      stderr.trim().split("\n")[0],
      'pgladder: Cannot upgrade "db": the rootless podman of user "alice" runs it, and root sees neither it nor its image',
    );
    assertEquals(code, 3);
  }
  assertEquals((await host.exec(...serves)).code, 0);
  assertEquals(host.list("/var/lib/pgladder/runs"), []);
  assertEquals(await host.containers(), []);
});
