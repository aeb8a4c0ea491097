import { after } from "../base/timer.ts";
import type { Output } from "../port/containers.ts";

/** How long a program may run, and how much it may print. */

export interface Limits {
  /**
   * After this many milliseconds it is asked to end, then killed; two minutes
   * where nothing is said, so that nothing hangs for ever.
   */
  readonly timeoutMs?: number;
  /** Whoever prints more than this, on both together, is killed. */
  readonly mostBytes?: number;
}

/** The exit code of timeout(1), which a program of its own seldom uses. */
export const TIMED_OUT = 124;
/** As the shell tells a program that was killed. */
export const KILLED = 137;

/** A runtime that does not answer must not keep a rollback waiting for ever. */
const TIMEOUT_MS = 2 * 60 * 1000;
const GRACE_MS = 5_000;

/** Standard output or error. */
interface Printed {
  on(event: "data", told: (chunk: Uint8Array) => void): unknown;
}

/** What nobody reads would fill the memory. */
export function bound(
  pid: number | undefined,
  printed: readonly (Printed | null | undefined)[],
  { mostBytes = Infinity }: Limits,
  giveUp: () => void,
) {
  let seen = 0;
  const count = (chunk: Uint8Array) => {
    seen += chunk.length;
    if (seen <= mostBytes) return;
    signalGroup(pid, "SIGKILL");
    giveUp();
  };
  if (mostBytes < Infinity) printed.forEach((it) => it?.on("data", count));
  return {
    judge: (output: Output): Output => {
      if (seen <= mostBytes) return output;
      const more = `Printed more than ${mostBytes} bytes\n`;
      return { ...output, code: KILLED, stderr: output.stderr + more };
    },
  };
}

/**
 * zx would send one signal, to a tree that it asks `ps` for; here it is the
 * session's group, twice. What has left the group (conmon) is not killed, and
 * a grandchild may hold the pipes for ever: after that they are given up.
 */
export function limit(
  pid: number | undefined,
  { timeoutMs = TIMEOUT_MS }: Limits,
  giveUp: () => void,
) {
  let expired = false;
  const timers = [
    after(timeoutMs, () => {
      expired = true;
      signalGroup(pid, "SIGTERM");
    }),
    after(timeoutMs + GRACE_MS, () => {
      signalGroup(pid, "SIGKILL");
      giveUp();
    }),
  ];
  return {
    clear: () => timers.forEach((callOff) => callOff()),
    /** What came of it, or that it was too late. */
    judge: ({ code, stdout, stderr }: Output): Output => {
      if (!expired) return { code, stdout, stderr };
      const late = `Timed out after ${timeoutMs} ms\n`;
      return { code: TIMED_OUT, stdout, stderr: stderr + late };
    },
  };
}

function signalGroup(pid: number | undefined, signal: Deno.Signal): void {
  if (pid === undefined) return;
  try {
    Deno.kill(-pid, signal);
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
