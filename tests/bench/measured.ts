import { statfs } from "node:fs/promises";
import type { Case } from "./case.ts";

export interface Measured extends Case {
  readonly downtimeMs: number;
  readonly totalMs: number;
  /** More than was in use before. */
  readonly peakDiskBytes: number;
  /** Of pgladder's own process; undefined where it was not at work. */
  readonly peakMemoryBytes: number | undefined;
  /** Of the data directory, before. */
  readonly bytes: number;
}

/**
 * The longest time between two rows that the application was acknowledged, in
 * milliseconds: from the last one before it was refused to the first after it.
 *
 * @param acked its own file, lines of an id and a time in seconds
 * @param since what came before this time does not count, in seconds
 */
export function downtimeIn(acked: string, since: number): number {
  const times = acked.split("\n").map((line) => Number(line.split(" ")[1]))
    .filter((time) => Number.isFinite(time));
  const gaps = times.slice(1).map((time, at) => ({
    time,
    gap: time - (times[at] ?? time),
  })).filter(({ time }) => time > since);
  return Math.round(1000 * Math.max(0, ...gaps.map(({ gap }) => gap)));
}

const EVERY_MS = 200;

/** Looks again and again at a disk, and at a process's memory. */
export class Watch {
  #peakUsed = 0;
  #peakMemory: number | undefined;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(
    readonly disk: string,
    readonly usedBefore: number,
    readonly pid: () => Promise<number> | undefined,
  ) {
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  static async begin(
    disk: string,
    pid: () => Promise<number> | undefined,
  ): Promise<Watch> {
    return new Watch(disk, await usedOf(disk), pid);
  }

  async #look() {
    this.#peakUsed = Math.max(this.#peakUsed, await usedOf(this.disk));
    // Between two looks it may have ended.
    const pid = await this.pid()?.catch(() => undefined);
    if (pid === undefined) return;
    this.#peakMemory = highestOf(pid) ?? this.#peakMemory;
  }

  end() {
    clearInterval(this.#timer);
    return {
      peakDiskBytes: Math.max(0, this.#peakUsed - this.usedBefore),
      peakMemoryBytes: this.#peakMemory,
    };
  }
}

async function usedOf(path: string): Promise<number> {
  const { bsize, blocks, bfree } = await statfs(path);
  return (blocks - bfree) * bsize;
}

/** VmHWM, as the kernel keeps it; undefined once the process has ended. */
function highestOf(pid: number): number | undefined {
  let status: string;
  try {
    status = Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}
