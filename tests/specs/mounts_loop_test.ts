import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host, until } from "./host.ts";

/**
 * A process of the server's own user, outside of its container, renames entries
 * of a mount point and puts links to root's directories in their place, in a
 * loop, while an upgrade moves them, is killed and taken up again: no row is
 * lost, and nothing of root's is touched.
 */

const NAME = "mounts-loop";
const VOLUME = "/srv/xfs";
const INNER = "/var/lib/postgresql/data";
const CONFIRM = ["--confirm", "db"];
/** What a server that runs does not miss for an instant. */
const ENTRIES = "pg_twophase pg_serial pg_ident.conf pg_snapshots PG_VERSION";
/** In the image it is the server's user. */
const OWNER = "999";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "xfs", "--size", "3G");
  await host.rig("docker", host.name, "15", "17");
});
Deno.test.afterAll(() => Host.lower(NAME));

/** In the volume's root, and in what the run has put aside there. */
const LOOP = `cd /
while :; do
  for place in ${VOLUME} ${VOLUME}/pgladder-*.bak ${VOLUME}/pgladder-*.new; do
    for n in ${ENTRIES}; do
      if [ -e $place/$n ] && [ ! -L $place/$n ]; then
        mv -T $place/$n $place/.away.$n 2>/dev/null &&
          ln -s /srv/other/$n $place/$n 2>/dev/null
        [ -L $place/$n ] && rm -f $place/$n
        mv -nT $place/.away.$n $place/$n 2>/dev/null
      fi
    done
  done
  sleep 0.0$((RANDOM % 7 + 1))
done
`;

/** What a person does who looks: the links away, the names as they were. */
const PUT_BACK = `cd /
for place in ${VOLUME} ${VOLUME}/pgladder-*.bak; do
  for n in ${ENTRIES}; do
    [ -L $place/$n ] && rm -f $place/$n
    [ -e $place/.away.$n ] && [ ! -e $place/$n ] && mv -nT $place/.away.$n $place/$n
  done
done
true
`;

const listing = () => host.shell("ls -lniR /srv/other");

async function sql(query: string): Promise<string> {
  const psql = ["psql", "-U", "postgres", "-XAtqc", query];
  return (await host.ok("docker", "exec", "db", ...psql)).trim();
}

const startLoop = () =>
  host.shell(
    `systemd-run --quiet --unit=owners-loop setpriv --reuid=${OWNER} --regid=${OWNER} --clear-groups bash /usr/local/bin/loop`,
  );

/** Killed in each round, later in each. */
async function inRounds(...words: string[]): Promise<number[]> {
  const codes: number[] = [];
  for (let round = 0; round < 4; round++) {
    const { code } = await host.exec(
      ...["timeout", "-s", "KILL", `${3 + 4 * round}`, "pgladder"],
      ...words,
    );
    codes.push(code);
  }
  return codes;
}

/** Its copy lies beside the mount, and nothing of it stays. */
async function isRehearsed() {
  const before = host.list(VOLUME);
  const { code, stderr, stdout } = await host.pgladder(
    ...["rehearse", "db", "--to", "17", "--method", "pg_upgrade"],
  );
  assertEquals(code, 0, stderr + stdout);
  assertStringIncludes(flat(stdout), "beside a copy of the data at the most");
  assertEquals(host.list(VOLUME), before);
  assertEquals(host.list(`${VOLUME}.pgladder`), ["rehearsal.json"]);
}

Deno.test("renames and links of the data's owner, in a loop, lose no row and reach nothing of root's", async () => {
  await host.shell(
    `for n in ${ENTRIES}; do mkdir -p /srv/other/$n; echo root >/srv/other/$n/own; done
    cat >/usr/local/bin/loop <<'END'
${LOOP}END
    docker run -d --name db --restart=always -e POSTGRES_PASSWORD=rig-db \\
      -v ${VOLUME}:${INNER} docker.io/library/postgres:15`,
  );
  await until("it serves", async () => {
    const ready = ["exec", "db", "pg_isready", "-q", "-h", "127.0.0.1"];
    return (await host.exec("docker", ...ready)).code === 0;
  });
  await sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
  const others = await listing();
  await isRehearsed();

  const climb = host.begin("upgrade", "db", "--to", "17", "--yes");
  await climb.reaches("step-started stop-writers", { volume: VOLUME });
  await startLoop();
  await climb.ends();
  const codes = await inRounds("resume", "db");
  await host.shell("systemctl stop owners-loop.service");
  assertEquals(await listing(), others);
  await host.shell(PUT_BACK);

  await startLoop();
  codes.push(...await inRounds("rollback", "db", ...CONFIRM));
  await host.shell("systemctl stop owners-loop.service");
  assert(!codes.some((code) => code === 70 || code === 6), codes.join());
  assertEquals(await listing(), others);
  await host.shell(PUT_BACK);
  const back = await host.pgladder("rollback", "db", ...CONFIRM);
  assertEquals(back.code, 0, `${codes}\n${back.stderr}${back.stdout}`);
  assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
  assertEquals(await listing(), others);
});
