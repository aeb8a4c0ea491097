import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Database } from "../../specs/database.ts";
import { difference, footprint } from "../../specs/footprint.ts";
import { Host, type Output } from "../../specs/host.ts";
import { Tally } from "../../tally.ts";
import { UPGRADE } from "../rig/upgrade.ts";

/**
 * The one file on a real host: killed by strace at its system calls on the
 * journal, and with its commands (podman, systemctl, busctl) dying, hanging,
 * failing or lying at one of them. PGLADDER_RIG_KILLS says how many cases,
 * spread over all; none where it is not set, since each takes half a minute.
 */
const CASES = Number(Deno.env.get("PGLADDER_RIG_KILLS") ?? "0");

const NAME = "crash-process";
const WRAPPED = ["podman", "systemctl", "busctl"];
/** Each change of the journal is these; an upgrade makes some twenty. */
const CALLS = ["write", "fsync", "rename"] as const;
const FACTS = 20;
/** So many commands an upgrade and a rollback start at least. */
const COMMANDS = { upgrade: 150, rollback: 60 } as const;
/** "die" before and after the command was run; the others as they say. */
const MANNERS = ["die", "late", "fail", "lie", "hang"] as const;

interface Case {
  readonly run: "upgrade" | "rollback";
  readonly then: "resume" | "rollback";
  readonly name: string;
  /** Words before pgladder's own. */
  readonly prefix: readonly string[];
  readonly command?: { readonly at: number; readonly manner: string };
}

function* everyCase(): Generator<Case> {
  let number = 0;
  const then = () => number++ % 2 === 0 ? "resume" : "rollback";
  for (let fact = 1; fact <= FACTS; fact++) {
    for (const call of CALLS) {
      const prefix = [
        ...["strace", "-qq", "-o", "/dev/null", "-e", `trace=${call}`],
        ...["-P", "/srv/db.pgladder/journal.json.new"],
        ...["-e", `inject=${call}:signal=KILL:when=${fact}`],
      ];
      const name = `killed at ${call} ${fact} of the journal`;
      yield { run: "upgrade", then: then(), name, prefix };
    }
  }
  for (const run of ["upgrade", "rollback"] as const) {
    for (let at = 1; at <= COMMANDS[run]; at++) {
      const manner = MANNERS[at % MANNERS.length] ?? "die";
      yield {
        run,
        then: then(),
        name: `${run}: command ${at}, ${manner}`,
        prefix: [],
        command: { at, manner },
      };
    }
  }
}

function chosen(): readonly Case[] {
  if (CASES === 0) return [];
  const all = [...everyCase()];
  const every = Math.max(1, all.length / CASES);
  return Array.from(
    { length: Math.min(CASES, all.length) },
    (_, index) => all[Math.floor((index + 0.5) * every)],
  ).filter((it) => it !== undefined);
}

const cases = chosen();
const tried = new Tally("rig: system calls and commands of the one file");
let host: Host;
let database: Database;
let before: { footprint: string[]; inode: number | undefined };

if (cases.length > 0) {
  Deno.test.beforeAll(async () => {
    host = await Host.raise(NAME);
    const wrapper = fromFileUrl(new URL("./wrapper.sh", import.meta.url));
    for (const program of WRAPPED) {
      await host.rig("put", NAME, wrapper, `/opt/wrapped/${program}`);
    }
    database = await Database.make(host, { rows: 100 });
    await host.pgladder("version");
    await database.writes();
    before = {
      footprint: await footprint(host),
      inode: host.inode("/srv/db"),
    };
    await host.save("ready");
    if (cases.some(({ run }) => run === "rollback")) {
      await must(...UPGRADE);
      await database.writes();
      await host.save("upgraded");
    }
  });
  Deno.test.afterAll(async () => {
    tried.end();
    await Host.lower(NAME);
  });
}

for (const one of cases) {
  Deno.test(
    `${one.name}, then ${one.then}`,
    () => tried.try(() => tryCase(one)),
  );
}

async function tryCase({ command, prefix, run, then }: Case) {
  await host.restore(run === "upgrade" ? "ready" : "upgraded");
  await database.opens();
  await strike(command);
  const { code, stderr } = await life(prefix, run, command?.manner);
  // The victim may say that the host failed; never that it has a bug.
  assert([0, 1, 4, 137].includes(code), `it ended with ${code}: ${stderr}`);
  await strike(undefined);
  const begun = host.exists("/srv/db.pgladder/journal.json");
  if (begun) {
    const { stdout } = await must("status", "db", "--json");
    const { state } = JSON.parse(stdout) as { state: string };
    assert(["open", "upgraded", "turned-back"].includes(state), state);
    if (then === "rollback" || state === "turned-back") return await goBack();
  }
  if (run === "rollback" && !begun) return await checkGround();
  await must(...begun ? ["resume", "db"] : UPGRADE);
  await database.opens();
  assertEquals(await database.version(), "17");
  assertEquals(host.inode("/srv/db.bak"), before.inode);
  await database.writes();
  assertEquals((await database.losses()).code, 0);
}

const ROLLBACK = ["rollback", "db", "--confirm", "db", "--yes"];

async function goBack() {
  await must(...ROLLBACK);
  await checkGround();
}

async function checkGround() {
  await database.opens();
  assertEquals(await database.version(), "15");
  assertEquals(host.inode("/srv/db"), before.inode);
  await database.writes();
  const found = difference(before.footprint, await footprint(host));
  const ours = /^(container|image|volume|unit|configuration) /;
  assertEquals(found.gone, []);
  assertEquals(found.new.filter((line) => ours.test(line)), []);
}

/** Which of the commands that follow misbehaves. */
async function strike(command: Case["command"]) {
  const { at = 0, manner = "none" } = command ?? {};
  await host.shell(
    `mkdir -p /run/wrapped; echo ${at} >/run/wrapped/at;
    echo ${manner} >/run/wrapped/manner; rm -f /run/wrapped/count`,
  );
}

/** A life that may be the last; what hangs is killed by its operator. */
function life(
  prefix: readonly string[],
  run: Case["run"],
  manner = "",
): Promise<Output> {
  const words = run === "upgrade" ? UPGRADE : ROLLBACK;
  const patience = manner === "hang" ? 60 : 300;
  return host.exec(
    ...["env", "PATH=/opt/wrapped:/usr/local/bin:/usr/sbin:/usr/bin"],
    ...["timeout", "--signal=KILL", String(patience)],
    ...prefix,
    ...["pgladder", ...words],
  );
}

async function must(...words: readonly string[]): Promise<Output> {
  const output = await host.pgladder(...words);
  assertEquals(output.code, 0, output.stdout + output.stderr);
  return output;
}
