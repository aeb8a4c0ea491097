import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";

/**
 * Data in a named volume: its power is cut in the middle, everything that can
 * be pruned is, volumes included, and it goes on; then back, and forth again.
 */

const NAME = "specs-volumes";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", NAME, "15", "17", "18");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const WAYS = [
  {
    runtime: "podman",
    to: "18",
    store: "/var/lib/containers/storage",
    prune: "podman system prune -f --volumes; podman volume prune -f",
    more: [],
  },
  {
    runtime: "docker",
    to: "17",
    store: "/var/lib/docker",
    prune: "docker system prune -f --volumes; docker volume prune -af",
    more: ["--docker"],
  },
] as const;

for (const { more, prune, runtime, store, to } of WAYS) {
  Deno.test(`A named volume of ${runtime}, 15 → ${to}: a power cut, a prune, and back`, async () => {
    const volume = `${store}/volumes/pgdata/_data`;
    const words = ["--runtime", runtime];
    const beside = { volume: `${store}/volume-pgdata` };
    await host.restore("bare");
    await host.shell(`${runtime} volume create pgdata
      ${runtime} volume create nobodys`);
    const unit = `${runtime}-db.service`;
    const database = await Database.make(host, { dir: "pgdata", more, unit });
    await database.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000)");
    const before = await database.contents();
    const inode = host.inode(volume);
    const upgrade = ["upgrade", "db", "--to", to, "--switch", "unit", "--yes"];

    const climb = host.begin(...upgrade, ...words);
    await climb.reaches("step-done close", beside);
    await host.shell(prune);
    await climb.reaches("step-started build", beside);
    await host.cutPower();
    await host.boot();
    await host.shell(prune);
    const volumes = await host.ok(runtime, "volume", "ls", "-q");
    assertEquals(volumes.split("\n").filter((it) => /^[a-z]+$/.test(it)), [
      "pgdata",
    ]);
    const up = await host.pgladder("resume", "db", ...words);
    assertEquals(up.code, 0, up.stderr + up.stdout);
    await database.opens();
    assertEquals(await database.version(), to);
    assertEquals(await database.contents(), before);
    assertEquals(host.inode(`${store}/volume-pgdata.bak`), inode);
    assertEquals(host.list(`${store}/volumes/pgdata`), ["_data"]);
    await database.writes();
    await database.checkLosses();

    const down = await host.pgladder(
      ...["rollback", "db", "--yes", "--confirm", "db", ...words],
    );
    assertEquals(down.code, 0, down.stderr + down.stdout);
    assertEquals(await database.version(), "15");
    assertEquals(host.inode(volume), inode);
    assertEquals(await database.contents(), before);
    await database.writes();
    await commit(words);
    await nothingIsLeft(store);
    if (runtime === "podman") return;

    // Its supervisor runs, and so uses the old directory when that is removed.
    const again = await host.pgladder(...upgrade, ...words);
    assertEquals(again.code, 0, again.stderr + again.stdout);
    await commit(words);
    assertEquals(await database.version(), to);
    assertEquals(await database.contents(), before);
    await database.writes();
    await nothingIsLeft(store);
  });
}

async function nothingIsLeft(store: string) {
  for (const runtime of ["podman", "docker"]) {
    const left = await host.ok(runtime, "ps", "-a", "--format", "{{.Names}}");
    assert(!left.includes("pgladder"), left);
  }
  const pods = await host.ok("podman", "pod", "ps", "--format", "{{.Name}}");
  assertEquals(pods, "");
  assertEquals(
    host.list(store).filter((it) => it.startsWith("volume-")),
    ["volume-pgdata.pgladder"],
  );
  assertEquals(host.list(`${store}/volume-pgdata.pgladder`), ["history"]);
}

async function commit(words: readonly string[]) {
  const { code, stdout, stderr } = await host.pgladder(
    ...["commit", "db", "--confirm", "db", ...words],
  );
  assertEquals(code, 0, stderr + stdout);
}

Deno.test("Refused: a volume without a name, and one that a driver's options mount", async () => {
  await host.restore("bare");
  await host.shell(
    `podman volume create -o type=tmpfs -o device=tmpfs fleeting`,
  );
  const cases = [
    ["fleeting", "a driver or an option of it says where the files are"],
    ["", "it has no name of its own and goes with its container"],
  ] as const;
  for (const [name, why] of cases) {
    const inner = "/var/lib/postgresql/data";
    await host.shell(`podman rm -f -v loose
      podman run -d --name loose -e POSTGRES_PASSWORD=x \\
        -v ${name && `${name}:`}${inner} docker.io/library/postgres:15
      for i in $(seq 100); do
        podman exec loose pg_isready -qh 127.0.0.1 && break; sleep 0.3; done`);
    const { code, stdout, stderr } = await host.pgladder(
      ...["upgrade", "loose", "--to", "17", "--yes"],
    );
    assertEquals(code, 3, stdout + stderr);
    assertStringIncludes((stdout + stderr).replace(/\s+/g, " "), why);
  }
});
