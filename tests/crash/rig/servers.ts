import { sleep } from "../../specs/host.ts";

/**
 * Looks again and again for two servers on one data directory, by the
 * processes of a host alone: whatever started them, and whatever anybody says.
 */
export class ServerWatch {
  readonly #shared = new Set<string>();
  readonly #watching: Promise<void>;
  #ended = false;
  #looks = 0;

  constructor(readonly host: string) {
    this.#watching = this.#watch();
  }

  /** The directories that two servers had at once, and who they were. */
  async end(): Promise<{ shared: readonly string[]; looks: number }> {
    this.#ended = true;
    await this.#watching;
    return { shared: [...this.#shared], looks: this.#looks };
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      this.#look();
      this.#looks += 1;
      await sleep(EVERY_MS);
    }
  }

  #look(): void {
    const byDirectory = new Map<string, string[]>();
    for (const { name: pid } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(pid) || !this.#isServer(pid)) continue;
      const directory = directoryOf(pid);
      if (directory === undefined) continue;
      const pids = byDirectory.get(directory) ?? [];
      byDirectory.set(directory, [...pids, pid]);
    }
    for (const [directory, pids] of byDirectory) {
      if (pids.length < 2) continue;
      // One that was about to die when we looked is not a second one.
      const alive = pids.filter((pid) => directoryOf(pid) === directory);
      if (alive.length < 2) continue;
      const words = alive.map((pid) => `${pid} ${read(pid, "cmdline")}`);
      this.#shared.add(`${directory}: ${words.join(", ")}`);
    }
  }

  /** A postmaster: its children have a title instead of a command line. */
  #isServer(pid: string): boolean {
    return read(pid, "comm").trim() === "postgres" &&
      !read(pid, "cmdline").startsWith("postgres: ") &&
      read(pid, "cgroup").includes(`pgladder-rig-${this.host}/`) &&
      read(parentOf(pid), "comm").trim() !== "postgres";
  }
}

const EVERY_MS = 100;

const parentOf = (pid: string) =>
  /^PPid:\s*(\d+)/m.exec(read(pid, "status"))?.[1] ?? "0";

function read(pid: string, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    // It has ended while we looked.
    return "";
  }
}

/** A server works in its data directory. */
function directoryOf(pid: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(`/proc/${pid}/cwd`);
    return `${dev}:${ino}`;
  } catch {
    // It has ended while we looked.
    return undefined;
  }
}
