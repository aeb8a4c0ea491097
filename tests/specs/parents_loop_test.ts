import { assert, assertEquals } from "@std/assert";
import type { Climb } from "./climb.ts";
import { Host, sleep, until } from "./host.ts";

/**
 * Data below a directory of somebody's, who moves names away and puts links to
 * root's own directories there, in a loop, while an upgrade is killed, loses
 * its power and is taken up again: no row is lost, and nothing of root's is
 * touched.
 */

const NAME = "parents-loop";
const HOME = "/opt/stacks/bob";
const NAMES = "pgdata pgdata.bak pgdata.pgladder pgdata.aborted";
const CONFIRM = ["--confirm", "db"];
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", host.name, "15", "17");
  await host.shell(`useradd -m bob
    for n in ${NAMES}; do mkdir -p /srv/other/$n; echo root >/srv/other/$n/own; done
    install -d -o bob -g bob ${HOME} ${HOME}/deep
    cat >/usr/local/bin/loop <<'END'
${LOOP}END`);
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

/** Each name, and the directory around it, is a link for an instant. */
const LOOP = `cd ${HOME}
while :; do
  for n in ${NAMES}; do
    cd ${HOME}/deep 2>/dev/null || continue
    if [ -d $n ] && [ ! -L $n ]; then
      mv -T $n .away.$n 2>/dev/null && ln -s /srv/other/$n $n 2>/dev/null
      [ -L $n ] && rm -f $n
      mv -nT .away.$n $n 2>/dev/null
    fi
    cd ${HOME}
    if [ ! -L deep ]; then
      mv -T deep .deep 2>/dev/null && ln -s /srv/other deep 2>/dev/null
      [ -L deep ] && rm -f deep
      mv -nT .deep deep 2>/dev/null
    fi
  done
  sleep 0.$((RANDOM % 7 + 2))
done
`;

/** What a person does who looks: the links away, the names as they were. */
const PUT_BACK = `cd ${HOME}
[ -L deep ] && rm -f deep
[ -d .deep ] && mv -nT .deep deep
cd deep
for n in ${NAMES}; do
  [ -L $n ] && rm -f $n
  [ -d .away.$n ] && [ ! -e $n ] && mv -nT .away.$n $n
done
true
`;

for (const method of ["dump", "pg_upgrade"]) {
  Deno.test(`${method}: moves and links of the owner's, in a loop, kills and a power cut lose no row and reach nothing of root's`, async () => {
    await make();
    const others = await host.shell("ls -lniR /srv/other");

    const climb = host.begin(
      ...["upgrade", "db", "--to", "17", "--yes", "--trust-parents"],
      ...["--method", method],
    );
    await climb.reaches("step-started prepare", {
      volume: `${HOME}/deep/pgdata`,
    });
    await startLoop();
    await climb.ends();
    const codes = await inRounds("resume", "db");
    await cutPower(host.begin("resume", "db"));
    await startLoop();
    codes.push(...await inRounds("resume", "db"));
    await host.shell("systemctl stop bobs-loop.service");
    assert(!codes.some((code) => code === 70 || code === 6), codes.join());
    assertEquals(await host.shell("ls -lniR /srv/other"), others);

    await host.shell(PUT_BACK);
    const back = await host.pgladder("rollback", "db", ...CONFIRM);
    assertEquals(back.code, 0, `${codes}\n${back.stderr}${back.stdout}`);
    await serves();
    assertEquals(await sql("SELECT count(*) FROM kept"), "1000");
    assertEquals(await host.shell("ls -lniR /srv/other"), others);
  });
}

async function make() {
  await host.restore("bare");
  await host.shell(`docker info >/dev/null
    docker run -d --name db --restart=always -e POSTGRES_PASSWORD=rig-db \\
      -v ${HOME}/deep/pgdata:/var/lib/postgresql/data docker.io/library/postgres:15`);
  await serves();
  await sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
}

const serves = () =>
  until("it serves", async () => {
    const ready = ["exec", "db", "pg_isready", "-q", "-h", "127.0.0.1"];
    return (await host.exec("docker", ...ready)).code === 0;
  });

const startLoop = () =>
  host.shell(
    "systemd-run --quiet --unit=bobs-loop --uid=bob bash /usr/local/bin/loop",
  );

/** Killed in each round, later in each. */
async function inRounds(...words: string[]): Promise<number[]> {
  const codes: number[] = [];
  for (const seconds of [4, 8, 12]) {
    const { code } = await host.exec(
      ...["timeout", "-s", "KILL", `${seconds}`, "pgladder"],
      ...words,
    );
    codes.push(code);
  }
  return codes;
}

/** What was not synced is lost; the links go before anything starts there. */
async function cutPower(climb: Climb) {
  const policy = "{{.HostConfig.RestartPolicy.Name}}";
  const words = ["docker", "inspect", "--format", policy, "db"];
  // A runtime that starts it at a boot follows whatever stands there.
  assertEquals((await host.ok(...words)).trim(), "no");
  await sleep(3000);
  await host.snapshot("cut");
  await host.restore("cut");
  await climb.end();
  await host.shell(PUT_BACK);
}

async function sql(query: string): Promise<string> {
  const psql = ["psql", "-U", "postgres", "-XAtqc", query];
  return (await host.ok("docker", "exec", "db", ...psql)).trim();
}
