import { look } from "../power/eyes.ts";
import { Host } from "../power/host/host.ts";
import { mountMemory } from "../power/kernel.ts";
import { randomFrom, spread } from "../power/random.ts";
import { install } from "../power/tap.ts";
import { tally } from "../../tally.ts";
import { goOn, type Way } from "../power/verify.ts";
import { fillUp } from "./full.ts";
import {
  type Ends,
  endsOf,
  leaveGround,
  loadState,
  newGround,
  OUTSIDE,
  saveState,
  SCENE,
} from "./ground.ts";
import {
  type Died,
  type Injection,
  kill,
  recorded,
  type SystemCall,
} from "./strace.ts";

/**
 * A process is killed at, or has an error from, each of its system calls on
 * the journal and on every other file that it changes; then the next one asks
 * for the status and goes on, or back, to the end.
 *
 * The victim runs the real commands, ladder, journal and file adapter. Its
 * runtime and its systemd are stand-ins, since starting the real ones takes
 * fifty times as long as all of the rest: what can go wrong with those is
 * tried in the rig (rig_test.ts), on the same calls.
 *
 *   unshare --mount deno run -A sweep.ts --cases=30 --seed=1     or --cases=all
 *   … --only="upgrade fsync /srv/db.pgladder/journal.json.new 7 EIO+ resume"
 */

const RUNS = [
  { verb: "upgrade", at: "first" },
  { verb: "rollback", at: "upgraded" },
  { verb: "commit", at: "upgraded" },
] as const;
type Run = (typeof RUNS)[number];

interface Case extends Injection {
  readonly run: Run;
  readonly way: Way;
  readonly manner?: string;
}

/** Once, as on a disk that is full for a moment; and for good. */
const ON_JOURNAL = ["KILL", "ENOSPC", "EIO+", "EROFS+", "ENOSPC+"];
const ELSEWHERE = ["ENOSPC", "EIO", "EROFS", "EIO+"];
/** No error of these says anything about the host; a kill is one. */
const KILLED_ONLY = ["flock"];

/** What the program itself writes: not its jobs, not the clusters. */
const OF_OTHERS =
  /^\/srv\/host|\/(base|global|fingerprint|db-16384)(\/|$)|\.(result\.json(\.new)?|cid)$|\/(databases|globals\.sql|ready|finish)$|^\/srv\/db(\.bak)?\/|staging\.partial\/|\/clone\/|^\/srv\/db\.pgladder\/job\/[^/]+\/conf/;
/** A great many calls of one kind, of which some will do. */
const MANY = [/\/job\/[^/]+\/(\.?[\w.]+)$/, /\/reserve$/];
const ONE_IN = 12;

const option = (name: string) =>
  Deno.args.find((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);

const say = (line: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

async function callsOf(run: Run): Promise<SystemCall[]> {
  const { host } = await newGround(run.at);
  saveState(host.state);
  const { code, words } = await kill(run.verb, undefined);
  leaveGround();
  if (code !== 0) throw new Error(`${run.verb} ends with ${code}: ${words}`);
  return recorded().filter(({ path }, index) =>
    !OF_OTHERS.test(path) &&
    (index % ONE_IN === 0 || !MANY.some((pattern) => pattern.test(path)))
  );
}

/** Every call, with all that can befall it. */
function casesOf(run: Run, calls: readonly SystemCall[]): Case[] {
  let number = 0;
  const found = calls.flatMap((call, index) => {
    const error = ELSEWHERE[index % ELSEWHERE.length] ?? "EIO";
    const all = /\/journal\.json/.test(call.path)
      ? ON_JOURNAL
      : ["KILL", error];
    return all.filter((what) =>
      what === "KILL" || !KILLED_ONLY.includes(call.name)
    ).map((what): Case => ({
      run,
      call,
      what,
      way: number++ % 2 === 0 ? "resume" : "rollback",
      ...(number % 5 === 0 ? { manner: "short" } : {}),
    }));
  });
  return found;
}

const nameOf = ({ call, run, way, what }: Case) =>
  `${run.verb} ${call.name} ${call.path} ${call.when} ${what} ${way}`;

/** What a life must never say of itself, whatever befell it. */
function judge({ code, signal, words }: Died): string[] {
  if (signal === "SIGKILL" || code === 137) return [];
  return [0, 1, 3, 4].includes(code)
    ? []
    : [`the victim ends with ${code}: ${words}`];
}

async function tryCase(one: Case, ends: Ends): Promise<string[]> {
  const { manner, run, way } = one;
  const { host: before, oldInode } = await newGround(run.at);
  saveState(before.state);
  try {
    const wrong = judge(await kill(run.verb, one, manner));
    const host = new Host(loadState());
    wrong.push(...look(host.state, undefined));
    const baseline = { ends, oldInode, scene: SCENE };
    wrong.push(...await goOn(host, { baseline, way }));
    return [...wrong, ...host.state.violations];
  } catch (error) {
    return [`It threw: ${error instanceof Error ? error.stack : error}`];
  } finally {
    leaveGround();
  }
}

/** Cases of data, as `only` names them. */
function fromName(name: string): Case {
  const [verb, call = "", path = "", when, what = "", way] = name.split(" ");
  const run = RUNS.find((it) => it.verb === verb);
  if (run === undefined) throw new Error(`There is no "${name}"`);
  return {
    run,
    what,
    call: { name: call, path, when: Number(when) },
    way: way === "rollback" ? "rollback" : "resume",
  };
}

async function chosen(random: () => number): Promise<Case[]> {
  const only = option("only");
  if (only !== undefined) return [fromName(only)];
  const all: Case[] = [];
  for (const run of RUNS) all.push(...casesOf(run, await callsOf(run)));
  const wanted = option("cases") ?? "20";
  const count = wanted === "all" ? all.length : Number(wanted);
  return spread(count, all.length, random).flatMap((it) => all[it] ?? []);
}

async function main(): Promise<boolean> {
  const began = performance.now();
  install();
  mountMemory(OUTSIDE, { bytes: 16 * 1024 * 1024 });
  const seed = Number(option("seed") ?? 1);
  const ends = await endsOf();
  const cases = await chosen(randomFrom(seed));
  let wrong = 0;
  const note = (name: string, found: readonly string[]) => {
    if (found.length === 0) return;
    wrong += 1;
    say([name, ...found].join("\n    "));
  };
  for (const one of cases) note(nameOf(one), await tryCase(one, ends));
  tally("process: system calls killed and failed", {
    tried: cases.length,
    violations: wrong,
  });
  const before = wrong;
  const full = option("only") === undefined
    ? await fillUp(ends, cases.length, note)
    : 0;
  tally("process: disks full at some page", {
    tried: full,
    violations: wrong - before,
  });
  const kills = cases.filter(({ what }) => what === "KILL").length;
  const seconds = Math.round((performance.now() - began) / 1000);
  say(
    `process: ${kills} kills and ${
      cases.length - kills
    } errors at system calls, ${full} full disks: ${wrong} violations (seed ${seed}, ${seconds} s)`,
  );
  return wrong === 0;
}

if (!await main()) Deno.exit(1);
