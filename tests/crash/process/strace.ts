import { fromFileUrl } from "@std/path";
import type { Verb } from "../power/host/life.ts";
import type { Strike } from "./commands.ts";
import { isOnDisk } from "../power/host/places.ts";

/** A system call of a victim, to be found again in the next one. */
export interface SystemCall {
  readonly name: string;
  readonly path: string;
  /** The how-manieth of this name on this path, from 1. */
  readonly when: number;
}

/** What is done to one system call. */
export interface Injection {
  readonly call: SystemCall;
  /** "KILL", or the name of an error. */
  readonly what: string;
}

const CHANGING = [
  "openat",
  "write",
  "fsync",
  "rename",
  "renameat2",
  "unlink",
  "unlinkat",
  "rmdir",
  "mkdir",
  "mkdirat",
  "chmod",
  "fchmod",
  "fchmodat",
  "chown",
  "fchown",
  "fchownat",
  "ftruncate",
  "flock",
  "syncfs",
];
/** On openat(2) of something that is only read, nothing changes. */
const READS_ONLY = /O_RDONLY/;

/** Strace is told of these calls alone; signals cannot be sent that way. */
const QUICK = "--seccomp-bpf";

const LOG = "/run/strace.log";
const MODULE = fromFileUrl(new URL("./victim.ts", import.meta.url));

export interface Died {
  readonly code: number;
  readonly signal: string | null;
  readonly words: string;
}

/** One life in a process of its own, under strace. */
export async function kill(
  verb: Verb,
  injection: Injection | undefined,
  manner = "",
): Promise<Died> {
  if (injection === undefined) {
    const wanted = `trace=${CHANGING.join()}`;
    return await run([QUICK, "-e", wanted, "-y", "-o", LOG], verb, manner);
  }
  const { call, what } = injection;
  return await run(
    [
      ...what === "KILL" ? [] : [QUICK],
      ...["-e", `trace=${call.name}`, "-o", "/dev/null", "-P", call.path],
      ...["-e", wordsOf(injection)],
    ],
    verb,
    manner,
  );
}

function wordsOf({ call, what }: Injection): string {
  const error = what.replace("+", "");
  const effect = what === "KILL" ? "signal=KILL" : `error=${error}`;
  const on = what.endsWith("+") ? "+" : "";
  return `inject=${call.name}:${effect}:when=${call.when}${on}`;
}

async function run(
  options: readonly string[],
  verb: Verb,
  manner: string,
): Promise<Died> {
  const strace = ["strace", "-f", "-qq", ...options, "--"];
  return await spawn([...strace, ...victim(verb, manner)]);
}

/** One life in a process of its own, as `commands.ts` has it. */
export function strikeAt(verb: Verb, strike: Strike): Promise<Died> {
  return spawn(victim(verb, JSON.stringify(strike)));
}

const victim = (verb: Verb, manner: string) => [
  ...[Deno.execPath(), "run", "-A", "--no-check", "--cached-only"],
  ...[MODULE, verb, manner],
];

async function spawn(words: readonly string[]): Promise<Died> {
  const [program = "", ...args] = words;
  const { code, signal, stderr } = await new Deno.Command(program, {
    args,
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, signal, words: new TextDecoder().decode(stderr) };
}

/** The calls of the last life that was not harmed, in their order. */
export function recorded(): SystemCall[] {
  const counts = new Map<string, number>();
  const found: SystemCall[] = [];
  for (const line of Deno.readTextFileSync(LOG).split("\n")) {
    const [, name, rest] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const paths = pathsIn(rest);
    // Counted as strace counts them: every call of the name that has the path.
    for (const path of new Set(paths)) {
      const key = `${name} ${path}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    if (name === "openat" && READS_ONLY.test(rest)) continue;
    const path = paths.find(isOnDisk);
    if (path === undefined) continue;
    found.push({ name, path, when: counts.get(`${name} ${path}`) ?? 1 });
  }
  return found;
}

/** `"/a/path"` as an argument, and `5</a/path>` as an open file. */
function pathsIn(words: string): string[] {
  return [...words.matchAll(/"(\/[^"]*)"|\d<(\/[^>]*)>/g)]
    .map(([, named, opened]) => named ?? opened ?? "");
}
