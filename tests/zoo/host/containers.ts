import { join } from "@std/path";
import type { ContainerJob, Output } from "../../../lib/port/containers.ts";
import { imageOf, type Major, rootOf, versionOf } from "./roots.ts";

/**
 * Containers without a runtime: an image's root under an overlay, in
 * namespaces of its own. What the product asks a runtime for in a job it asks
 * for here, so that the jobs are the product's own, mounts and all.
 */

const HERE = import.meta.dirname ?? ".";

interface Running {
  readonly major: Major;
  readonly child: Deno.ChildProcess;
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of its first process, as this machine sees it. */
  readonly pid: number;
  ended: boolean;
}

export class Namespaces {
  readonly #running = new Map<string, Running>();
  readonly #images = new Map<string, Major>();

  /** Where the containers' own files lie. */
  readonly place: string;

  /** What is done to a job's files before it begins. */
  before: (job: Pick<ContainerJob, "mounts">) => Promise<void> = () =>
    Promise.resolve();

  /** @param place a directory in memory */
  constructor(place: string) {
    this.place = join(place, "containers");
  }

  /** From now on the name stands for this image. */
  name(reference: string, major: Major) {
    this.#images.set(reference, major);
  }

  async run(
    job:
      & Pick<
        ContainerJob,
        "name" | "image" | "program" | "args" | "env" | "mounts"
      >
      & Partial<ContainerJob>,
  ): Promise<void> {
    await this.before(job);
    const major = this.#major(job.image);
    const directory = join(this.place, job.name);
    await Deno.mkdir(directory, { recursive: true });
    for (const name of ["upper", "work", "root"]) {
      await Deno.mkdir(join(directory, name));
    }
    const env = { ...imageOf(major, versionOf(major)).env, ...job.env };
    const words = (list: readonly string[]) =>
      list.map((word) => `${word}\0`).join("");
    const lines = job.mounts.map(({ mountPath, kind, readOnly, source }) =>
      kind === "image"
        ? [rootOf(this.#major(source)), mountPath, "ro"]
        : [source, mountPath, readOnly ? "ro" : "rw"]
    ).map((words) => `${words.join("\t")}\n`);
    const files = {
      lower: rootOf(major),
      mounts: lines.join(""),
      environment: words(Object.entries(env).map(([k, v]) => `${k}=${v}`)),
      command: words([job.program, ...job.args]),
      ...(job.user === undefined ? {} : {
        user: `${job.user.replace(":", " ")}\n`,
        capabilities: (job.capabilities ?? []).map((it) =>
          `${it.toLowerCase()}\n`
        ).join(""),
      }),
    };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(directory, name), text);
    }
    const log = await Deno.open(join(directory, "log"), {
      create: true,
      write: true,
    });
    const child = new Deno.Command("unshare", {
      args: [
        ...["-m", "-p", "-n", "-i", "-u", "-f", "--kill-child"],
        join(HERE, "enter.sh"),
        directory,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const running = {
      major,
      child,
      directory,
      env,
      pid: await firstChild(child.pid),
      ended: false,
    };
    this.#running.set(job.name, running);
    const [one, two] = [child.stdout, child.stderr];
    // Both go into one file, for whoever looks.
    Promise.all([drain(one, log), drain(two, log)]).finally(() => log.close());
    child.status.then(() => running.ended = true);
  }

  /** What it said outside of its job's log. */
  log(name: string): Promise<string> {
    const running = this.#running.get(name);
    return running === undefined
      ? Promise.resolve("")
      : Deno.readTextFile(join(running.directory, "log"));
  }

  majorOf(name: string): Major | undefined {
    return this.#running.get(name)?.major;
  }

  isRunning(name: string): boolean {
    const running = this.#running.get(name);
    return running !== undefined && !running.ended;
  }

  async exec(
    name: string,
    command: readonly string[],
    how: { env?: Readonly<Record<string, string>>; stdin?: string } = {},
  ): Promise<Output & { bytes: Uint8Array }> {
    const running = this.#running.get(name);
    if (running === undefined) throw new Error(`No container "${name}"`);
    const env = Object.entries({ ...running.env, ...how.env });
    const child = new Deno.Command("nsenter", {
      args: [
        ...["-t", String(running.pid), "-m", "-p", "-n", "-i", "-u", "-r"],
        ...["env", "-i", "-C", "/", ...env.map(([k, v]) => `${k}=${v}`)],
        ...command,
      ],
      stdin: how.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    // Both at once: an answer that nobody reads would hold up the question.
    const [{ code, stdout, stderr }] = await Promise.all([
      child.output(),
      how.stdin === undefined ? undefined : feed(child.stdin, how.stdin),
    ]);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return {
      code,
      // Megabytes of rows are read as bytes alone.
      get stdout() {
        return text(stdout);
      },
      stderr: text(stderr),
      bytes: stdout,
    };
  }

  /** Asks the first process to end by this signal, and waits for it. */
  async stop(name: string, signal: Deno.Signal = "SIGINT") {
    const running = this.#running.get(name);
    if (running === undefined) return;
    if (!running.ended) {
      try {
        Deno.kill(running.pid, signal);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    await running.child.status;
  }

  async remove(name: string) {
    const running = this.#running.get(name);
    if (running === undefined) return;
    await this.stop(name, "SIGKILL");
    this.#running.delete(name);
    await Deno.remove(running.directory, { recursive: true });
  }

  async removeAll() {
    for (const name of [...this.#running.keys()]) await this.remove(name);
  }

  names(): string[] {
    return [...this.#running.keys()];
  }

  #major(image: string): Major {
    const major = this.#images.get(image);
    if (major === undefined) throw new Error(`No image "${image}"`);
    return major;
  }
}

/** The one process that `unshare` starts is the first of the new namespace. */
async function firstChild(pid: number): Promise<number> {
  for (let turn = 0; turn < 500; turn++) {
    const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`)
      .catch(() => "");
    const child = Number.parseInt(text);
    if (!Number.isNaN(child)) return child;
    await new Promise((done) => setTimeout(done, 2));
  }
  throw new Error(`Process ${pid} has started nothing`);
}

async function feed(to: WritableStream<Uint8Array>, text: string) {
  const writer = to.getWriter();
  // A program that ends early has said why.
  await writer.write(new TextEncoder().encode(text)).catch(() => {});
  await writer.close().catch(() => {});
}

async function drain(from: ReadableStream<Uint8Array>, to: Deno.FsFile) {
  for await (const part of from) await to.write(part);
}
