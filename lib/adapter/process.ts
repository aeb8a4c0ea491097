import type { ProcessPromise } from "zx/core";
import { quoted } from "../base/shell.ts";
import type { Output } from "../port/containers.ts";
import { PortError } from "../port/ports.ts";
import { childEnvironment } from "./environment.ts";
import { isOfTheHost } from "./host_error.ts";
import { bound, limit, type Limits, TIMED_OUT } from "./process_limits.ts";
import { findProgram } from "./programs.ts";

export interface RunOptions extends Limits {
  readonly stdin?: string;
  /** Added to what the child inherits. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /**
   * A question that is answered at once: it goes without zx, which takes 50 ms
   * to load, half of what a status may take.
   */
  readonly query?: boolean;
}

/** A command that has ended and was no question. */
export interface CommandRecord {
  readonly command: readonly string[];
  readonly code: number;
  readonly ms: number;
}

/** For what takes long by its nature: a pull, a sync, a database's stop. */
export const PATIENT = { timeoutMs: 24 * 60 * 60 * 1000 } as const;
const STDERR_LINES = 4;
/** The kernel's limit for one argument is 128 KiB. */
const LONGEST_COMMAND = 120 * 1024;

let listener: ((record: CommandRecord) => void) | undefined;

/** Sets who is told of every command, but questions, that has ended. */
export function onCommand(told: (record: CommandRecord) => void): void {
  listener = told;
}

/**
 * Runs a program and waits for it. Its exit code is a value.
 *
 * @throws {PortError} it is not there, or cannot be started
 */
export async function run(
  command: readonly string[],
  options: RunOptions = {},
): Promise<Output> {
  const { mostBytes, query, stdin } = options;
  if (query && stdin === undefined && mostBytes === undefined) {
    return await runWithDeno(command, options);
  }
  const began = performance.now();
  const output = await runWithZx(command, options);
  const ms = Math.round(performance.now() - began);
  listener?.({ command, code: output.code, ms });
  return output;
}

/** @throws {PortError} it failed, with the last lines of its stderr */
export async function runOk(
  command: readonly string[],
  options: RunOptions = {},
): Promise<Output> {
  const output = await run(command, options);
  if (output.code !== 0) throw failed(command, output);
  return output;
}

/** The words for a command that failed. */
export function failed(command: readonly string[], output: Output): PortError {
  const name = command.slice(0, 2).join(" ");
  const said = output.stderr.trimEnd().split("\n").slice(-STDERR_LINES)
    .join("\n");
  return new PortError(
    `Command '${name}' failed with exit code ${output.code}` +
      (said === "" ? "" : `: ${said}`),
  );
}

async function runWithZx(
  command: readonly string[],
  options: RunOptions,
): Promise<Output> {
  const [program = "", ...args] = resolve(command);
  // zx decodes chunk by chunk, which breaks characters: the bytes are kept.
  const store = {
    stdout: [] as Uint8Array[],
    stderr: [] as Uint8Array[],
    stdall: [],
  };
  const { $, spawn } = await loadZx();
  // Every option, since ZX_PREFIX and others in the environment change defaults.
  const child = $({
    // No shell in between, a process more for each of a hundred commands in a downtime.
    spawn: ((_line, _none, how) =>
      spawn(program, args, { ...how, shell: false })) as typeof spawn,
    shell: program,
    prefix: "",
    postfix: "",
    quote: quoted,
    nothrow: true,
    quiet: true,
    verbose: false,
    sync: false,
    preferLocal: false,
    // A session of its own: a terminal's Ctrl-C or hang-up does not reach it.
    detached: true,
    cwd: options.cwd ?? "/",
    env: childEnvironment(options.env),
    stdio: [options.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    store: store as never,
  })`${[program, ...args]}`;
  give(child, options.stdin);
  const outputs = [child.child?.stdout, child.child?.stderr];
  const giveUp = () => outputs.forEach((it) => it?.destroy());
  const timer = limit(child.pid, options, giveUp);
  const printed = bound(child.pid, outputs, options, giveUp);
  const ended = await child;
  timer.clear();
  const { exitCode, signal, cause } = ended;
  if (exitCode === null && signal === null) {
    throw notStarted(command, cause);
  }
  return timer.judge(printed.judge({
    code: exitCode ?? 128 + (SIGNALS[signal ?? ""] ?? 0),
    stdout: text(store.stdout),
    stderr: text(store.stderr),
  }));
}

async function runWithDeno(
  command: readonly string[],
  options: RunOptions,
): Promise<Output> {
  const child = startWithDeno(command, options);
  const givenUp = Promise.withResolvers<typeof NOTHING>();
  const timer = limit(child.pid, options, () => givenUp.resolve(NOTHING));
  const ended = await Promise.race([child.output(), givenUp.promise]);
  timer.clear();
  const { code, stderr, stdout } = ended;
  return timer.judge({ code, stdout: text([stdout]), stderr: text([stderr]) });
}

/** What is known of a program whose end is not waited for. */
const NOTHING = {
  code: TIMED_OUT,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
};

function startWithDeno(
  command: readonly string[],
  { cwd = "/", env }: RunOptions,
): Deno.ChildProcess {
  const [program = "", ...args] = resolve(command);
  try {
    return new Deno.Command(program, {
      args,
      cwd,
      clearEnv: true,
      env: childEnvironment(env),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (error) {
    throw isOfTheHost(error) ? notStarted(command, error) : error;
  }
}

function notStarted([program]: readonly string[], cause: unknown): PortError {
  return new PortError(`Program '${program}' cannot be started: ${cause}`);
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** On first use, so that what runs no program starts fast. */
async function loadZx() {
  try {
    Deno.cwd();
  } catch {
    // zx asks for the working directory as it loads; ours has been removed.
    Deno.chdir("/");
  }
  const [{ $ }, { spawn }] = await Promise.all([
    import("zx/core"),
    import("node:child_process"),
  ]);
  return { $, spawn };
}

function resolve(command: readonly string[]): string[] {
  const [program = "", ...args] = command;
  const path = findProgram(program);
  if (path === undefined) {
    throw new PortError(`Program '${program}' is not on PATH`);
  }
  const words = [path, ...args];
  if (words.some((word) => word.includes("\0"))) {
    throw new PortError(`Command '${program}' has a word with a zero byte`);
  }
  if (words.reduce((sum, word) => sum + word.length + 3, 0) > LONGEST_COMMAND) {
    throw new PortError(`Command '${program}' is too long`);
  }
  return words;
}

function give(child: ProcessPromise, stdin: string | undefined): void {
  if (stdin === undefined) return;
  // A child that ends without reading it all has its reasons and exit code.
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
}

function text(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join(
    "",
  ) + decoder.decode();
}
