import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { Database } from "./database.ts";
import { expectedOf } from "./expected.ts";
import { flat, Host, type Output } from "./host.ts";

/**
 * Volumes whose own name cannot move: mount points on three file systems, a
 * subvolume, a named volume that is bound to a directory. It is killed between
 * two moves, on the way up and back, and everything that can be started is.
 */

const NAME = "mounts";
const INNER = "/var/lib/postgresql/data";
const CONFIRM = ["--yes", "--confirm", "db"];
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(
    NAME,
    ...["--disk", "xfs", "--disk", "ext4", "--disk", "btrfs", "--size", "3G"],
  );
  await host.rig("docker", NAME, "15", "17", "18");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

function checkCode({ code, stderr, stdout }: Output, wanted = 0) {
  assertEquals(code, wanted, stderr + stdout);
}

/** The name of what the run keeps there, where it does. */
const kept = (volume: string, what: string) =>
  host.list(volume).find((name) =>
    name.startsWith("pgladder-") && name.endsWith(`.${what}`)
  );

const isIn = (volume: string, what: string, entry: string) =>
  host.exists(`${volume}/${kept(volume, what) ?? "none"}/${entry}`);

/** Whatever starts there now neither serves nor initialises anything. */
async function nothingStarts(
  { more = [], volume }: Case,
  database: Database,
) {
  const before = host.list(volume);
  const { runtime } = runtimeOf(database);
  for (const tag of ["15", "17"]) {
    const ran = await host.exec(
      ...["timeout", "60", runtime, "run", "--rm", "--network", "none"],
      ...["-e", "POSTGRES_PASSWORD=x", "-v", `${volume}:${INNER}`],
      ...more.filter((word) => word.startsWith("PGDATA="))
        .flatMap((word) => ["-e", word]),
      `docker.io/library/postgres:${tag}`,
    );
    assert(ran.code !== 0 && ran.code !== 124, `${ran.code} ${ran.stderr}`);
    assertMatch(ran.stdout + ran.stderr, /PG_VERSION|configuration file/);
  }
  assertEquals(host.list(volume), before);
}

const runtimeOf = ({ unit }: Database) => ({
  runtime: unit.startsWith("docker") ? "docker" : "podman",
});

interface Case {
  readonly name: string;
  /** What makes it, in the host. */
  readonly make?: string;
  readonly volume: string;
  /** What the container mounts, where that is not the same. */
  readonly dir?: string;
  readonly from: "15" | "17";
  readonly to: "17" | "18";
  readonly method?: "pg_upgrade";
  readonly runtime?: "docker";
  readonly more?: readonly string[];
  /** What plan says of it. */
  readonly why: string;
  /** The cluster's directory below the volume, old and new, with a slash. */
  readonly places?: readonly [string, string];
}

const CASES: readonly Case[] = [
  {
    name: "a mount point on XFS, by pg_upgrade",
    volume: "/srv/xfs",
    from: "15",
    to: "17",
    method: "pg_upgrade",
    why: "is a mount point",
  },
  {
    name: "a mount point on ext4",
    make: "rmdir /srv/ext4/lost+found",
    volume: "/srv/ext4",
    from: "15",
    to: "17",
    why: "is a mount point",
  },
  {
    name: "a mount point on btrfs, to 18's own place",
    volume: "/srv/btrfs",
    from: "17",
    to: "18",
    why: "is a mount point",
    places: ["", "18/docker/"],
  },
  {
    name: "a btrfs subvolume",
    make: "btrfs subvolume create /srv/btrfs/pg",
    volume: "/srv/btrfs/pg",
    from: "15",
    to: "17",
    method: "pg_upgrade",
    why: "is a file system of its own",
  },
  {
    name: "a cluster beside lost+found and music on ext4",
    make: "install -d /srv/ext4/music",
    volume: "/srv/ext4",
    from: "15",
    to: "17",
    more: ["--env", `PGDATA=${INNER}/pgdata`],
    why: "is a mount point",
    places: ["pgdata/", "pgdata/"],
  },
  {
    name: "docker's named volume that is bound to a directory",
    make: `mkdir -p /srv/bound
      docker volume create -o type=none -o o=bind -o device=/srv/bound bound`,
    volume: "/srv/bound",
    dir: "bound",
    from: "15",
    to: "17",
    runtime: "docker",
    more: ["--docker"],
    why: "is bound to a named volume",
  },
  {
    name: "podman's named volume that is bound to a mount point, to 18",
    make:
      "podman volume create -o type=none -o o=bind -o device=/srv/xfs bound",
    volume: "/srv/xfs",
    dir: "bound",
    from: "15",
    to: "18",
    method: "pg_upgrade",
    why: "is a mount point",
    places: ["", "18/docker/"],
  },
];

async function makeDatabase(it: Case): Promise<Database> {
  const { dir, from, make = "true", more = [], runtime = "podman" } = it;
  await host.restore("bare");
  await host.shell(make);
  const database = await Database.make(host, {
    tag: from,
    dir: dir ?? it.volume,
    rows: 500,
    more,
    unit: `${runtime}-db.service`,
  });
  // As fsck(8) makes it.
  await host.shell("mkdir -pm 700 /srv/ext4/lost+found");
  return database;
}

const wordsOf = ({ method, runtime, to }: Case) => [
  ...["upgrade", "db", "--to", to, "--switch", "unit", "--yes"],
  ...method === undefined ? [] : ["--method", method],
  ...runtime === undefined ? [] : ["--runtime", runtime],
];

/** Killed in the closing and in the swap, where the power goes, too. */
async function climb(it: Case, database: Database, before: string[]) {
  const { places: [old, fresh] = ["", ""], to, volume } = it;
  const out = host.begin(...wordsOf(it));
  await out.reaches("step-started close", { volume });
  await out.meets(
    "a move of the closing",
    () => Promise.resolve(isIn(volume, "bak", `${old}base`)),
  );
  await out.kill();
  await nothingStarts(it, database);
  checkCode(await host.pgladder("status", "db"));
  const inward = host.begin("resume", "db");
  await inward.reaches("step-started swap", { volume });
  await inward.meets(
    "a move of the swap",
    () => Promise.resolve(host.exists(`${volume}/${fresh}global`)),
  );
  await inward.kill();
  await host.cutPower();
  await host.boot();
  checkCode(await host.pgladder("resume", "db"));
  await database.opens();
  await database.checkServes(to);
  await checkContents(it, database, before);
  assertEquals(
    host.list(volume).filter((name) => name.startsWith("pgladder-"))
      .map((name) => name.split(".")[1]),
    ["bak", "new"],
  );
}

/** Killed as it moves back; all is what it was. */
async function goBack(
  it: Case,
  database: Database,
  before: string[],
  acked: readonly number[],
) {
  const { from, places: [old] = [""], volume } = it;
  const back = host.begin("rollback", "db", ...CONFIRM);
  await back.reaches("undo-started close", { volume });
  await back.meets(
    "a move back",
    () => Promise.resolve(host.exists(`${volume}/${old}base`)),
  );
  await back.kill();
  checkCode(await host.pgladder("resume", "db", ...CONFIRM));
  await database.opens();
  assertEquals(await database.version(), from);
  assertEquals(await database.contents(), before);
  await database.writes();
  await checkKept(database, acked);
}

async function checkContents(
  { from, to }: Case,
  database: Database,
  before: string[],
) {
  assertEquals(
    expectedOf(Number(from), Number(to))
      .unexpected(before, await database.contents()),
    { missing: [], added: [] },
  );
}

/** What has been acknowledged to the application so far. */
const ackedIds = () =>
  host.read("/var/lib/app-app/acked").trim().split("\n")
    .map((line) => Number(line.split(" ")[0]));

/** What the new version took is given up by a rollback; the rest is there. */
async function checkKept(database: Database, acked: readonly number[]) {
  const there = new Set(
    (await database.sql("SELECT id FROM ledger")).split("\n").map(Number),
  );
  assertEquals(acked.filter((id) => !there.has(id)), []);
}

for (const it of CASES) {
  Deno.test(`${it.name}: killed between two moves, back, and forth again`, async () => {
    const { volume } = it;
    const database = await makeDatabase(it);
    const before = await database.contents();
    const names = host.list(volume);
    const owner = await host.ok("stat", "-c", "%u %g %a", volume);
    const plan = await host.pgladder(
      "plan",
      ...wordsOf(it).slice(1).filter((word) => word !== "--yes"),
    );
    checkCode(plan);
    assertStringIncludes(flat(plan.stdout), it.why);
    assertEquals(host.list(volume), names);

    const acked = ackedIds();
    await climb(it, database, before);
    await goBack(it, database, before, acked);
    assertEquals(
      host.list(volume).filter((name) => !name.endsWith(".aborted")),
      names,
    );
    assertEquals(await host.ok("stat", "-c", "%u %g %a", volume), owner);
    checkCode(await host.pgladder("commit", "db", "--confirm", "db"));
    assertEquals(host.list(volume), names);

    checkCode(await host.pgladder(...wordsOf(it)));
    await checkContents(it, database, before);
    checkCode(await host.pgladder("commit", "db", "--confirm", "db"));
    await database.writes();
    await checkKept(database, acked);
    assertEquals(kept(volume, "bak") ?? kept(volume, "new"), undefined);
    assertEquals(host.list(`${volume}.pgladder`), ["history"]);
  });
}
