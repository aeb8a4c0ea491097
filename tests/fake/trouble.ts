import { PortError } from "../../lib/port/ports.ts";
import type { World } from "./world.ts";

/** The process died here. Only what the world holds survives. */
export class Crash extends Error {
  override name = "Crash";
}

/**
 * "before", "half", "after": the process dies there. "fails…": the port says
 * so, having done nothing, half, or all of it (a timeout). "lies": nothing
 * happens and it says it did. "slow": the world goes on before the effect.
 * "late": the effect comes after the call has returned. "signal": somebody
 * asks it to stop.
 */
export const MANNERS = [
  "before",
  "half",
  "after",
  "fails",
  "fails-half",
  "fails-after",
  "lies",
  "slow",
  "late",
  "signal",
] as const;

/** After these the process is no more. */
export const DEADLY: readonly Manner[] = ["before", "half", "after"];

export type Manner = (typeof MANNERS)[number];

export interface Trouble {
  /** The number of the change, over all lives. */
  readonly tick: number;
  readonly manner: Manner;
}

/** One change of the host, as a port or a system call makes it. */
export interface Change {
  readonly name: string;
  readonly whole: () => void;
  /** What really can be half of it; undefined: it is done or not. */
  readonly half?: () => void;
  /** It may come after the call has returned: systemd and podman work so. */
  readonly late?: boolean;
  /** A lie of it cannot be noticed by anybody. */
  readonly honest?: boolean;
}

/** What fails whole lives long, by the name of a look or a change. */
export interface Obstacle {
  readonly refuses: (name: string, world: World) => string | undefined;
  /** What jobs say of it. */
  readonly jobs: string | undefined;
  /** It must not keep a rollback from its end. */
  readonly mayGoBack: boolean;
}

const ERRORS = [
  "No space left on device (os error 28)",
  "Input/output error (os error 5)",
  "Read-only file system (os error 30)",
  "Device or resource busy (os error 16)",
  "Invalid cross-device link (os error 18)",
  "timed out after 90 s",
];

export function hostError(change: string, number: number): PortError {
  return new PortError(`${change}: ${ERRORS[number % ERRORS.length]}`);
}
