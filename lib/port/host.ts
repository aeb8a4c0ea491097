import type { Output } from "./containers.ts";

/** The machine itself: its clock, its boot, and time that passes. */
export interface Host {
  now(): { at: string; boot: string; ms: number };
  /** Waits, in milliseconds; ends early when a signal asks to stop. */
  sleep(ms: number): Promise<void>;
  /** A signal asked to stop; the current move may come to a safe point. */
  readonly stopAsked: string | undefined;
  /** One line for whoever watches. */
  say(line: string): void;
  /**
   * A short program of the host that only looks. One that is not there ends
   * with 127, as in a shell. It may take two minutes where nothing is said.
   */
  run(
    command: readonly string[],
    stdin?: string,
    how?: { readonly seconds: number },
  ): Promise<Output>;
}
