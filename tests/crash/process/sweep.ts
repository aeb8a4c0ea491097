import { look } from "../power/eyes.ts";
import { Host } from "../power/host/host.ts";
import { mountMemory } from "../power/kernel.ts";
import { randomFrom, spread } from "../power/random.ts";
import { install } from "../power/tap.ts";
import { tally } from "../../tally.ts";
import { goOn, type Way } from "../power/verify.ts";
import { listed, MANNERS, mannersFor, type Strike } from "./commands.ts";
import { type At, fillUp } from "./full.ts";
import { plantLinks } from "./links.ts";
import {
  endsOf,
  GROUNDS,
  leaveGround,
  loadState,
  newGround,
  OUTSIDE,
  saveState,
} from "./ground.ts";
import {
  type Died,
  type Injection,
  kill,
  recorded,
  strikeAt,
  type SystemCall,
} from "./strace.ts";

/**
 * A process is killed at, or has an error from, each of its system calls on
 * the journal and on every other file that it changes, and each command that it
 * starts; then the next one asks for the status and goes on, or back, to the
 * end.
 *
 * The victim runs the real commands, ladder, journal and file adapter. Its
 * runtime and its systemd are stand-ins, since starting the real ones takes
 * fifty times as long as all of the rest: what can go wrong with those is
 * tried in the rig (rig_test.ts), on the same calls.
 *
 *   unshare --mount deno run -A sweep.ts --cases=30 --seed=1     or --cases=all
 *   … --ladder=dump --only="upgrade fsync /srv/db.pgladder/journal.json.new 7 EIO+ resume"
 *   … --ladder=minor --only="rollback command start 12 lie rollback"
 *   … --cases=all --layer=commands --ladder=minor
 */

const RUNS = [
  { verb: "upgrade", at: "first" },
  { verb: "resume", at: "begun" },
  { verb: "rollback", at: "upgraded" },
  { verb: "commit", at: "upgraded" },
] as const;
type Run = (typeof RUNS)[number];

/** One life that comes to harm, and the way on after it. */
interface Case {
  readonly name: string;
  readonly run: Run;
  readonly way: Way;
  readonly live: () => Promise<Died>;
}

/** Once, as on a disk that is full for a moment; and for good. */
const ON_JOURNAL = ["KILL", "ENOSPC", "EIO+", "EROFS+", "ENOSPC+"];
const ELSEWHERE = ["ENOSPC", "EIO", "EROFS", "EIO+"];
/** No error of these says anything about the host; a kill is one. */
const KILLED_ONLY = ["flock"];

/** What the program itself writes: not its jobs, not the clusters. */
const OF_OTHERS =
  /^\/srv\/host|\/(base|global|fingerprint(-old)?|db-16384)(\/|$)|\.(result\.json(\.new)?|cid)$|\/(databases|globals\.sql|ready|finish)$|^\/srv\/db(\.bak)?\/|staging\.partial\/|\/clone\/|^\/srv\/db\.pgladder\/job\/[^/]+\/conf/;
/** A great many calls of one kind, of which some will do. */
const MANY = [/\/job\/[^/]+\/(\.?[\w.]+)$/, /\/reserve$/];
const ONE_IN = 12;
/** In every so-manieth life each write takes half of its bytes at most. */
const SHORT_EVERY = 5;

const option = (name: string) =>
  Deno.args.find((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);

const say = (line: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

async function callsOf({ ground }: At, run: Run): Promise<SystemCall[]> {
  const { host } = await newGround(ground, run.at);
  saveState(host.state);
  const { code, words } = await kill(run.verb, undefined);
  leaveGround();
  if (code !== 0) throw new Error(`${run.verb} ends with ${code}: ${words}`);
  return recorded().filter(({ path }, index) =>
    !OF_OTHERS.test(path) &&
    (index % ONE_IN === 0 || !MANY.some((pattern) => pattern.test(path)))
  );
}

const WAYS: readonly Way[] = ["resume", "rollback"];
/** The two in turn: every call is gone on from, or gone back from. */
const wayOf = (number: number) => WAYS[number % WAYS.length] ?? "resume";

/** Every call, with all that can befall it. */
function atCalls(run: Run, calls: readonly SystemCall[]): Case[] {
  const injections = calls.flatMap((call, index) => {
    const error = ELSEWHERE[index % ELSEWHERE.length] ?? "EIO";
    const all = /\/journal\.json/.test(call.path)
      ? ON_JOURNAL
      : ["KILL", error];
    return all.filter((what) =>
      what === "KILL" || !KILLED_ONLY.includes(call.name)
    ).map((what): Injection => ({ call, what }));
  });
  return injections.map((injection, number) => {
    const manner = number % SHORT_EVERY === 0 ? "short" : "";
    return atCall(run, injection, { way: wayOf(number), manner });
  });
}

function atCall(
  run: Run,
  injection: Injection,
  { way, manner }: { way: Way; manner: string },
): Case {
  const { call: { name, path, when }, what } = injection;
  return {
    name: `${run.verb} ${name} ${path} ${when} ${what} ${way}`,
    run,
    way,
    live: () => kill(run.verb, injection, manner),
  };
}

/** Every start of a command, with all that can befall it. */
async function atCommands({ ground }: At, run: Run): Promise<Case[]> {
  const { host } = await newGround(ground, run.at);
  saveState(host.state);
  const { code, words } = await strikeAt(run.verb, { at: 0, manner: "fail" });
  leaveGround();
  if (code !== 0) throw new Error(`${run.verb} ends with ${code}: ${words}`);
  const strikes = listed().flatMap((command, index) =>
    mannersFor(command).map((manner) => ({ at: index + 1, manner, command }))
  );
  return strikes.map(({ at, command, manner }, number) =>
    atCommand(run, { at, manner }, { way: wayOf(number), command })
  );
}

function atCommand(
  run: Run,
  strike: Strike,
  { command, way }: { command: string; way: Way },
): Case {
  return {
    name: `${run.verb} command ${command} ${strike.at} ${strike.manner} ${way}`,
    run,
    way,
    live: () => strikeAt(run.verb, strike),
  };
}

/** What a life must never say of itself, whatever befell it. */
function judge({ code, signal, words }: Died): string[] {
  if (signal === "SIGKILL" || code === 137) return [];
  return [0, 1, 3, 4].includes(code)
    ? []
    : [`the victim ends with ${code}: ${words}`];
}

async function tryCase({ live, run, way }: Case, { ends, ground }: At) {
  const { host: before, oldInode } = await newGround(ground, run.at);
  saveState(before.state);
  try {
    const wrong = judge(await live());
    const host = new Host(loadState());
    wrong.push(...look(host.state, undefined));
    const baseline = { ends, oldInode, scene: ground.scene };
    wrong.push(...await goOn(host, { baseline, way }));
    return [...wrong, ...host.state.violations];
  } catch (error) {
    return [`It threw: ${error instanceof Error ? error.stack : error}`];
  } finally {
    leaveGround();
  }
}

/** A case by its name, for `only`. */
function fromName(name: string): Case {
  const [verb, call = "", path = "", when = "", what = "", last] = name
    .split(" ");
  const run = RUNS.find((it) => it.verb === verb);
  if (run === undefined) throw new Error(`There is no "${name}"`);
  const way = last === "rollback" ? "rollback" : "resume";
  if (call === "command") {
    const manner = MANNERS.find((it) => it === what) ?? "before";
    return atCommand(run, { at: Number(when), manner }, { way, command: path });
  }
  const injection = { what, call: { name: call, path, when: Number(when) } };
  return atCall(run, injection, { way, manner: "" });
}

/** Cases of one layer, and the row of the table for what came of them. */
class Layer {
  #wrong = 0;

  constructor(readonly name: string) {}

  note(name: string, found: readonly string[]) {
    if (found.length === 0) return;
    this.#wrong += 1;
    say([name, ...found].join("\n    "));
  }

  /** True: nothing went wrong. */
  end(tried: number): boolean {
    tally(`process: ${this.name}`, { tried, violations: this.#wrong });
    say(`process: ${tried} ${this.name}: ${this.#wrong} violations`);
    return this.#wrong === 0;
  }
}

async function tryAll(name: string, cases: readonly Case[], at: At) {
  const layer = new Layer(name);
  for (const one of cases) layer.note(one.name, await tryCase(one, at));
  return layer.end(cases.length);
}

async function main(): Promise<boolean> {
  install();
  mountMemory(OUTSIDE, { bytes: 16 * 1024 * 1024 });
  let good = true;
  for (const [ladder, ground] of Object.entries(GROUNDS)) {
    if (!ladder.includes(option("ladder") ?? "")) continue;
    const at = { ground, ends: await endsOf(ground) };
    good = await tryLadder(ladder, at) && good;
  }
  return good;
}

async function tryLadder(ladder: string, at: At): Promise<boolean> {
  const only = option("only");
  if (only !== undefined) return await tryAll("cases", [fromName(only)], at);
  const random = randomFrom(Number(option("seed") ?? 1));
  const wanted = option("cases") ?? "20";
  const some = (all: readonly Case[]) => {
    const count = wanted === "all" ? all.length : Number(wanted);
    return spread(count, all.length, random).flatMap((it) => all[it] ?? []);
  };
  const calls: Case[] = [];
  const commands: Case[] = [];
  for (const run of RUNS) {
    calls.push(...atCalls(run, await callsOf(at, run)));
    commands.push(...await atCommands(at, run));
  }
  const layers = {
    "system calls killed or failed": (name: string) =>
      tryAll(name, some(calls), at),
    "commands killed, failed or lying": (name: string) =>
      tryAll(name, some(commands), at),
    "disks full at some page": async (name: string) => {
      const layer = new Layer(name);
      const most = some(calls).length;
      return layer.end(
        await fillUp(at, most, (...it) => layer.note(...it)),
      );
    },
    "links in the place of the old data": async (name: string) => {
      // A minor upgrade puts nothing aside.
      if (ladder === "minor") return true;
      const layer = new Layer(name);
      return layer.end(await plantLinks(at, (...it) => layer.note(...it)));
    },
  };
  let good = true;
  for (const [name, run] of Object.entries(layers)) {
    if (!name.includes(option("layer") ?? "")) continue;
    good = await run(`${name} (${ladder})`) && good;
  }
  return good;
}

if (!await main()) Deno.exit(1);
