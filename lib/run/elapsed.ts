import type { Entry } from "../../journal/fact.ts";

/** By the wall clock, and by the steady one of a boot. */
export type Moment = Pick<Entry, "at" | "boot" | "ms">;

/**
 * Milliseconds from one entry to a later one. Within one boot by the steady
 * clock, else by the wall clock, which may jump.
 */
export function elapsed(from: Moment, to: Moment): number {
  const ms = to.boot === from.boot
    ? to.ms - from.ms
    : Date.parse(to.at) - Date.parse(from.at);
  return Math.max(0, Math.round(ms));
}
