import type { Host } from "../port/host.ts";
import type { Output } from "../port/containers.ts";
import { proc } from "./proc.ts";
import { run } from "./process.ts";
import { findProgram } from "./programs.ts";

const SIGNALS: readonly (readonly [Deno.Signal, number])[] = [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
];

export class Machine implements Host {
  #stopAsked: string | undefined;
  #boot: string | undefined;
  readonly #sleepers = new Set<() => void>();

  get stopAsked(): string | undefined {
    return this.#stopAsked;
  }

  /**
   * To be called first of all: Deno takes SIGHUP for itself half a second
   * after its start, unless somebody listens. The first signal asks to stop;
   * the second ends the process, which the journal survives.
   */
  listen(exit: (code: number) => void = Deno.exit): void {
    for (const [signal, code] of SIGNALS) {
      Deno.addSignalListener(signal, () => {
        if (this.#stopAsked !== undefined) exit(code);
        this.#stopAsked = signal;
        for (const wake of this.#sleepers) wake();
      });
    }
  }

  now(): { at: string; boot: string; ms: number } {
    this.#boot ??= proc.text("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
    const [uptime = "0"] = (proc.text("/proc/uptime") ?? "").split(" ");
    return {
      at: new Date().toISOString(),
      boot: this.#boot,
      ms: Math.round(Number(uptime) * 1000),
    };
  }

  /** A stop that was asked for before is told by `stopAsked`, not by this. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }

  say(line: string): void {
    try {
      writeLine(Deno.stderr, line);
    } catch {
      // The terminal is gone (EPIPE, EIO) or its file's disk full: an upgrade
      // that is in the journal goes on without an audience.
    }
  }

  async run(command: readonly string[], stdin?: string): Promise<Output> {
    const [program = ""] = command;
    if (findProgram(program) === undefined) {
      const stderr = `Program '${program}' is not on PATH\n`;
      return { code: NOT_FOUND, stdout: "", stderr };
    }
    return await run(command, stdin === undefined ? {} : { stdin });
  }
}

const NOT_FOUND = 127;

function writeLine(
  stream: { writeSync(bytes: Uint8Array): number },
  line: string,
): void {
  const bytes = new TextEncoder().encode(`${printable(line)}\n`);
  for (let at = 0; at < bytes.length;) {
    at += stream.writeSync(bytes.subarray(at));
  }
}

/**
 * Control characters of foreign text would move the cursor or colour what
 * follows; the marks that turn the direction of writing hide what it says.
 */
export function printable(text: string): string {
  return text.replace(
    // deno-lint-ignore no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) =>
      `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}}`,
  );
}
