import { sleep } from "./host.ts";

/**
 * Looks again and again at the command line and the environment of every
 * process of a host, as anybody on this machine could.
 */
export class Watcher {
  readonly #found = new Set<string>();
  readonly #watching: Promise<void>;
  #ended = false;
  #looks = 0;

  /** Processes of the control groups in `spared` are their operator's own. */
  constructor(
    readonly host: string,
    readonly secrets: readonly string[],
    readonly spared: RegExp,
  ) {
    this.#watching = this.#watch();
  }

  /** What was found: the secret, and whose it was. */
  async end(): Promise<{ found: string[]; looks: number }> {
    this.#ended = true;
    await this.#watching;
    return { found: [...this.#found], looks: this.#looks };
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      for (const { name } of Deno.readDirSync("/proc")) {
        if (/^\d+$/.test(name)) this.#look(name);
      }
      this.#looks += 1;
      await sleep(5);
    }
  }

  #look(pid: string): void {
    const group = read(`/proc/${pid}/cgroup`);
    if (!group.includes(`pgladder-rig-${this.host}/`)) return;
    if (this.spared.test(group)) return;
    const command = read(`/proc/${pid}/cmdline`);
    const environment = read(`/proc/${pid}/environ`);
    for (const secret of this.secrets) {
      if (command.includes(secret)) {
        this.#found.add(`argv of ${command.replaceAll("\0", " ")}`);
      }
      if (environment.includes(secret)) {
        this.#found.add(`environment of ${command.replaceAll("\0", " ")}`);
      }
    }
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // It has ended while we looked.
    return "";
  }
}
