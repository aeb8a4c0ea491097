import { assert, assertEquals } from "@std/assert";
import { sampleRecord } from "../sample/rehearsal.ts";
import { Host, until } from "./host.ts";
import {
  ADDED,
  CONTENT,
  type Fired,
  IN_CALM,
  IN_DB,
  IN_LATE,
  IN_LOST,
  LATE,
  ORDINARY_CODE,
  SLOT,
} from "./planted_checks.ts";
import { DB, HELPERS, IMAGES, PLACE } from "./planted_hosts.ts";

/**
 * Each preflight check fires on a real server for which it was planted, and
 * keeps silent on one where nothing is. Four plans fire them all: what rules
 * one another out (a downgrade beside what 18 refuses) stands in the others.
 *
 * Some are fired by a stand-in, because the real thing does not run on this
 * host: "architecture" by an image whose `uname` names another processor,
 * "sorting" by one whose `ldd` names musl, "memory" by another /proc/meminfo,
 * and "rehearsal" by the figures that one would have left.
 */

const NAME = "specs-checks";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "ext4", "--size", "600M");
  await host.shell(IMAGES);
  await host.rig("db", NAME, "calm", "--port", "5433");
  await host.rig("app", NAME, "app", "--db", "calm");
});
Deno.test.afterAll(() => Host.lower(NAME));

interface Checked {
  readonly name: string;
  readonly level: "ok" | "warn" | "refuse";
  readonly found: string;
  readonly remedy?: string;
}

async function checksOf(code: number, ...words: string[]): Promise<Checked[]> {
  const output = await host.pgladder("plan", ...words, "--json");
  assertEquals(output.code, code, output.stderr);
  return JSON.parse(output.stdout).checks;
}

/** As `help checks` has them: name and the worst that each says. */
async function listed(): Promise<ReadonlyMap<string, string>> {
  const text = (await host.pgladder("help", "checks")).stdout;
  const [, ...entries] = text.split(/^ {2}(?=\S)/m);
  return new Map(entries.map((entry) => [
    entry.split(/ {2}/)[0] ?? "",
    /Refuses\s+otherwise/.test(entry) ? "refuse" : "warn",
  ]));
}

const imageId = async (tag: string) =>
  (await host.ok(
    ...["podman", "image", "inspect", "--format", "{{.Id}}"],
    `docker.io/library/postgres:${tag}`,
  )).trim();

/** Each of the table has fired, as gravely as it can, with a remedy. */
async function checkFired(fired: readonly Fired[], checks: readonly Checked[]) {
  const worst = await listed();
  for (const { check, found, planted } of fired) {
    const seen = checks.find(({ name }) => name === check);
    if (seen === undefined) throw new Error(`${check} is not in the plan`);
    assert(found.test(seen.found), `${check} (${planted}): ${seen.found}`);
    assertEquals(seen.level, worst.get(check), `${check}: ${seen.found}`);
    assert((seen.remedy ?? "") !== "", check);
  }
}

Deno.test("plan --json lists every check of help checks, and all keep silent where nothing is wrong", async () => {
  const words = ["calm", "--to", "17", "--switch", "unit"];
  const checks = await checksOf(0, ...words);
  const names = [...(await listed()).keys()];
  assert(names.length > 20, names.join());
  assertEquals(checks.map(({ name }) => name), names);
  assertEquals(checks.filter(({ level }) => level !== "ok"), []);
});

Deno.test("each check is planted for, in one of the plans", async () => {
  assertEquals(
    [...IN_DB, ...IN_CALM, ...IN_LATE, ...IN_LOST].map(({ check }) => check)
      .sort(),
    [...(await listed()).keys()].sort(),
  );
});

Deno.test("every check that can stand beside the others fires in one plan", async () => {
  await host.shell(PLACE);
  await host.rig("db", NAME, "db", ...DB);
  for (const statement of CONTENT) {
    await host.rig("psql", NAME, "db", "-qc", statement);
  }
  await host.exec(
    ...["podman", "exec", "db", "psql", "-XqU", "postgres", "-c"],
    "CREATE UNIQUE INDEX CONCURRENTLY twice_n ON twice (n)",
  );
  await host.shell(`
    podman run -d --name stray --pod web --entrypoint sleep docker.io/library/postgres:17 infinity >/dev/null
    podman tag docker.io/library/postgres:15-next docker.io/library/postgres:15-old
    chattr +i /srv/ext4/db
    PGPASSWORD=rig-db PGAPPNAME=visitor setsid psql -Xqh 127.0.0.1 -U postgres -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 </dev/null &
    sed -E 's/^(MemAvailable:).*/\\1 307200 kB/' /proc/meminfo >/run/meminfo
    mount --bind /run/meminfo /proc/meminfo`);
  await until("the visitor is there", async () =>
    (await host.rig(
      ...["psql", NAME, "db", "-Atqc"],
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'visitor'",
    )).stdout.trim() === "1");
  const checks = await checksOf(
    3,
    ...["db", "--to", "18-new", "--switch", "unit", "--method", "pg_upgrade"],
  );
  await checkFired(IN_DB, checks);
});

Deno.test("a slot that nobody reads fires where pg_upgrade would keep it, and helpers beside it", async () => {
  await host.rig("db", NAME, "late", ...LATE);
  await host.shell(`${HELPERS}\nmkfifo /srv/late/backup_label`);
  await host.rig("psql", NAME, "late", "-qc", SLOT);
  const words = ["late", "--to", "18", "--switch", "unit"];
  const checks = await checksOf(3, ...words, "--method", "pg_upgrade");
  await checkFired(IN_LATE, checks);
});

Deno.test("another one's data, which are in use, are refused", async () => {
  const words = ["calm", "--to", "18", "--switch", "unit"];
  const checks = await checksOf(3, ...words, "--volume", "/srv/late");
  await checkFired(IN_LOST, checks);
});

Deno.test("the others fire where a standby is to be downgraded", async () => {
  await host.rig("psql", NAME, "calm", "-qc", ADDED);
  await host.exec(
    ...["podman", "exec", "calm", "psql", "-XqU", "postgres", "-c"],
    ORDINARY_CODE,
  );
  await host.shell(`
    umount /proc/meminfo
    install -o 999 -g 999 /dev/null /srv/calm/standby.signal
    systemctl restart podman-calm
    until psql -XAtqh 127.0.0.1 -p 5433 -U nobody -c '' 2>&1 | grep -q password; do sleep 0.2; done
    mkdir -m 0700 /srv/calm.pgladder`);
  const record = sampleRecord({
    from: { version: "15", id: await imageId("15") },
    to: { version: "13", id: await imageId("13") },
    failure: { step: "build", reason: "a view of a column that is gone" },
  });
  await Deno.writeTextFile(
    host.path("/srv/calm.pgladder/rehearsal.json"),
    JSON.stringify(record),
  );
  const words = ["calm", "--to", "13", "--switch", "unit", "--method", "dump"];
  const checks = await checksOf(3, ...words);
  await checkFired(IN_CALM, checks);
});
