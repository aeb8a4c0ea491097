import { join } from "@std/path";
import { Failure } from "../base/failure.ts";
import type { Ports } from "../port/ports.ts";
import { bytes } from "../base/format.ts";
import { placesOf } from "../run/rehearsal_paths.ts";

/** How often the disk is looked at, in milliseconds. */
const LOOK_MS = 500;
/** The jobs end by themselves after a minute without this. */
const RENEW_MS = 5_000;
/** It stops where the room would end within so many looks. */
const LOOKS_AHEAD = 2;

export interface Limits {
  /** Bytes of the file system it fills that are left to the live database. */
  readonly floor: number;
  readonly memoryMb: number;
}

/**
 * Watches the disk that a rehearsal's jobs fill, and measures what they take.
 * Where the volume is a file system of its own, that one is watched as well:
 * its server keeps the log that the copy still waits for.
 */
export class Watch {
  #looked = -Infinity;
  #renewed = -Infinity;
  /** At the last look, of both. */
  #free: readonly number[] = [];
  #least = Infinity;

  constructor(
    readonly ports: Ports,
    readonly volume: string,
    readonly limits: Limits,
  ) {}

  /** The least that was free since the last call, and now. */
  async measure(): Promise<{ least: number; free: number }> {
    const free = await this.#freeAt(placesOf(this.volume).path);
    const least = Math.min(this.#least, free);
    this.#least = free;
    return { least, free };
  }

  /**
   * To be called often.
   *
   * @throws {Failure} the floor of free space is near
   */
  async look() {
    const { files, host } = this.ports;
    const { lease, path } = placesOf(this.volume);
    const { ms } = host.now();
    if (ms - this.#looked < LOOK_MS) return;
    this.#looked = ms;
    const copy = await this.#freeAt(path);
    this.#least = Math.min(this.#least, copy);
    const both = [copy, await this.#freeAt(this.volume)];
    const before = this.#free;
    this.#free = both;
    for (const [index, free] of both.entries()) {
      const fallen = Math.max(0, (before[index] ?? free) - free);
      if (free - LOOKS_AHEAD * fallen >= this.limits.floor) continue;
      throw new Failure("rehearsal-floor", {
        free: bytes(free),
        floor: bytes(this.limits.floor),
      });
    }
    if (ms - this.#renewed < RENEW_MS) return;
    this.#renewed = ms;
    await files.writeText(join(lease, "lease"), host.now().at, 0o644);
  }

  async #freeAt(path: string): Promise<number> {
    return (await this.ports.files.fileSystem(path)).freeBytes;
  }
}

/**
 * The same ports for the ladder's own steps: whenever they wait, the disk is
 * looked at, and all that they start has low priority and ends when nobody watches.
 */
export function underWatch(watch: Watch): Ports {
  const { limits: { memoryMb }, ports, volume } = watch;
  const { lease } = placesOf(volume);
  return {
    ...ports,
    host: withOwn(ports.host, {
      async sleep(ms) {
        await watch.look();
        await ports.host.sleep(ms);
      },
    }),
    containers: withOwn(ports.containers, {
      async run(job) {
        await watch.look();
        await ports.containers.run({
          ...job,
          mounts: [
            ...job.mounts,
            { source: lease, mountPath: "/pgladder-lease", readOnly: true },
          ],
          lowPriority: { memoryMb },
        });
      },
    }),
  };
}

/** A port of which some parts are replaced. */
function withOwn<T extends object>(port: T, own: Partial<T>): T {
  return new Proxy(port, {
    get(target, key) {
      const from = key in own ? own : target;
      const value: unknown = Reflect.get(from, key, from);
      return typeof value === "function" ? value.bind(from) : value;
    },
  });
}
