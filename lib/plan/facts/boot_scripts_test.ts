import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { bootLines } from "./boot_scripts.ts";

Deno.test("Lines of a host's scripts, each where it would run", async () => {
  const files = new MemoryFiles({
    ...Object.fromEntries(
      ["init.d", "local.d", "sv", "sv/db"].map((name) => [`/etc/${name}/`, ""]),
    ),
    "/etc/init.d/db": `#!/sbin/openrc-run
command="/usr/bin/docker"
command_args="run --name db
  postgres:15"
# command_args="start other"
`,
    "/etc/init.d/functions.sh": "x\n",
    "/etc/local.d/stack.start":
      "cd /srv/forum && docker compose up -d\ndocker \\\n start cache\n",
    "/etc/local.d/README": "docker start db\n",
    "/etc/sv/db/run": "exec docker start -a db\n",
    "/boot/config/go": "/usr/local/sbin/emhttp &\n",
  });
  const found = (await bootLines(portsOf({ files }))).map((
    { directory, unit, words },
  ) => [unit, directory, words]);
  assertEquals(found, [
    ["/boot/config/go", "/", "/usr/local/sbin/emhttp &"],
    ["/etc/init.d/db", "/", "/usr/bin/docker run --name db postgres:15"],
    ["/etc/init.d/db", "/", 'command="/usr/bin/docker"'],
    ["/etc/init.d/db", "/", 'command_args="run --name db'],
    ["/etc/init.d/db", "/", 'postgres:15"'],
    ["/etc/init.d/functions.sh", "/", "x"],
    [
      "/etc/local.d/stack.start",
      "/srv/forum",
      "cd /srv/forum && docker compose up -d",
    ],
    ["/etc/local.d/stack.start", "/srv/forum", "docker   start cache"],
    ["/etc/sv/db/run", "/", "exec docker start -a db"],
  ]);
});
