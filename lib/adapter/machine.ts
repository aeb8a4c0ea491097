import type { Host } from "../port/host.ts";
import type { Output } from "../port/containers.ts";
import { proc } from "./proc.ts";
import { run } from "./process.ts";
import { findProgram } from "./programs.ts";
import { Terminal } from "./terminal/terminal.ts";

const SIGNALS: readonly (readonly [Deno.Signal, number])[] = [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
];

export class Machine implements Host {
  #stopAsked: string | undefined;
  #boot: string | undefined;
  readonly #sleepers = new Set<() => void>();
  readonly #terminal: Terminal;

  constructor(terminal = new Terminal()) {
    this.#terminal = terminal;
  }

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
        if (this.#stopAsked !== undefined) {
          this.say(
            `pgladder: Ended at once by a second ${signal}; the journal is sound, jobs go on`,
          );
          this.say('  → See "pgladder status", go on with "pgladder resume"');
          exit(code);
        }
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
    this.#terminal.say(line);
  }

  async run(
    command: readonly string[],
    stdin?: string,
    how?: { readonly seconds: number },
  ): Promise<Output> {
    const [program = ""] = command;
    if (findProgram(program) === undefined) {
      const stderr = `Program '${program}' is not on PATH\n`;
      return { code: NOT_FOUND, stdout: "", stderr };
    }
    return await run(command, {
      ...(stdin === undefined ? {} : { stdin }),
      ...(how === undefined ? {} : { timeoutMs: how.seconds * MS_PER_S }),
    });
  }
}

const NOT_FOUND = 127;
const MS_PER_S = 1000;
