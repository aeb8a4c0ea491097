import type {
  Container,
  ContainerJob,
  Containers,
  ExecHow,
  ImageFacts,
  Inspected,
  Inventory,
  Output,
  VolumeFacts,
  VolumePin,
} from "../port/containers.ts";
import { PortError } from "../port/ports.ts";
import { lookAt } from "./durable.ts";
import { parseJson } from "./printed_json.ts";
import {
  containerOf,
  hollowContainer,
  imageOf,
  isContainer,
} from "./container_inspect.ts";
import { carriedEnv, ISOLATED, jobWords } from "./container_arguments.ts";
import { failed, PATIENT, run, runOk } from "./process.ts";
import { inventoryOf } from "./inventory.ts";
import { volumeOf } from "./volume_inspect.ts";

/** What differs between podman and docker on the command line. */
export interface Dialect {
  readonly program: "podman" | "docker";
  /** Takes one name off an image. */
  readonly untag: (reference: string) => readonly string[];
  /** Options of `rm` that kill at once and take anonymous volumes along. */
  readonly remove: readonly string[];
  /** Options of `run` that leave the image's own volumes out, where it can. */
  readonly bare: readonly string[];
  /** What `--network` is told to share a running container's network. */
  readonly share: (container: Pick<Container, "id" | "pid">) => string;
}

const ABSENT = /no such (container|object|image|volume)|image not known/i;

/**
 * Both are written in Go, which collects its garbage from 4 MB on: a sixth of
 * the time that `inspect` takes. So few megabytes can wait for its end.
 */
const BRIEF = { query: true, env: { GOGC: "400" } } as const;

/** The command lines that podman and docker share. */
export abstract class ContainerCli implements Containers {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  async inspect(name: string): Promise<Container | undefined> {
    let found: unknown;
    try {
      found = await this.#inspect(["container", "inspect", "--", name]);
    } catch (error) {
      const broken = await this.#broken(name);
      if (broken === undefined) throw error;
      return broken;
    }
    return found === undefined ? undefined : ifNamed(found, name);
  }

  async image(reference: string): Promise<ImageFacts | undefined> {
    const found = await this.#inspect(["image", "inspect", "--", reference]);
    if (found === undefined) return undefined;
    return imageOf(found, reference);
  }

  /** By one process; by two where that does not find the two. */
  async inspectBoth(name: string, reference: string): Promise<Inspected> {
    const command = [this.#dialect.program, "inspect", "--", name, reference];
    const { code, stdout } = await run(command, BRIEF);
    const found = code === 0 ? parseJson(stdout, command) : undefined;
    const [container, image]: unknown[] = Array.isArray(found) ? found : [];
    // An image can have a container's name, and a container an image's.
    if (
      isContainer(container) && image !== undefined && !isContainer(image)
    ) {
      return {
        container: ifNamed(container, name),
        image: imageOf(image, reference),
      };
    }
    return {
      container: await this.inspect(name),
      image: await this.image(reference),
    };
  }

  async pull(reference: string): Promise<void> {
    const command = [this.#dialect.program, "pull", "--quiet", "--", reference];
    await runOk(command, PATIENT);
  }

  async tag(id: string, reference: string): Promise<void> {
    await this.#ok("tag", id, reference);
  }

  async untag(reference: string): Promise<void> {
    if (await this.image(reference) === undefined) return;
    await this.#ok(...this.#dialect.untag(reference));
  }

  async run(job: ContainerJob): Promise<void> {
    // Podman refuses to write over the file of an earlier attempt.
    if (job.idFile !== undefined && lookAt(job.idFile) !== undefined) {
      Deno.removeSync(job.idFile);
    }
    const { program, bare, share } = this.#dialect;
    const network = job.network === undefined ? "none" : share(job.network);
    const command = [program, "run", "--detach", ...bare];
    command.push("--network", network, ...jobWords(job));
    await runOk(command, { env: carriedEnv(job.env) });
  }

  /**
   * Podman fails at first to remove a container whose conmon was killed, but
   * learns by it that nothing runs, and can remove it then.
   */
  async remove(name: string): Promise<void> {
    const { program, remove } = this.#dialect;
    const command = [program, "rm", ...remove, "--", name];
    let output: Output | undefined;
    for (let tries = 0; tries < REMOVALS; tries++) {
      const asked = tries > 0 || BEGINNING.test(name);
      if (asked && await this.inspect(name) === undefined) return;
      output = await run(command);
    }
    if (await this.inspect(name) === undefined) return;
    if (output !== undefined && output.code !== 0) {
      throw failed(command, output);
    }
    throw new PortError(`Container '${name}' is still there after 'rm'`);
  }

  async start(name: string): Promise<void> {
    await this.#ok("start", "--", await this.#idOf(name));
  }

  async stop(name: string, seconds?: number): Promise<void> {
    const found = await this.inspect(name);
    if (found === undefined) return;
    const { program } = this.#dialect;
    const patience = seconds === undefined ? [] : ["--time", `${seconds}`];
    await runOk([program, "stop", ...patience, found.id], PATIENT);
  }

  async canSetRestartPolicy(): Promise<boolean> {
    const { stdout } = await run([this.#dialect.program, "update", "--help"]);
    return stdout.includes("--restart");
  }

  /** Podman fails between two starts of one that ends and starts for ever. */
  async setRestartPolicy(name: string, policy: string): Promise<void> {
    const words = ["update", `--restart=${policy}`, await this.#idOf(name)];
    for (let tries = 1; tries < UPDATES; tries++) {
      if ((await run([this.#dialect.program, ...words])).code === 0) return;
    }
    await this.#ok(...words);
  }

  named(label: string, value?: string): Promise<readonly string[]> {
    const wanted = value === undefined ? label : `${label}=${value}`;
    return this.#names("--all", "--filter", `label=${wanted}`);
  }

  running(): Promise<readonly string[]> {
    return this.#names();
  }

  async unpack(image: string, directory: string, name: string) {
    const { program } = this.#dialect;
    await this.remove(name);
    await this.#ok("create", "--name", name, image);
    const command = ["bash", "-c", UNPACK, "unpack", program, name, directory];
    await runOk(command, PATIENT);
    await this.remove(name);
  }

  exec(
    name: string,
    command: readonly string[],
    { longRunning, ...limits }: ExecHow = {},
  ): Promise<Output> {
    const words = [this.#dialect.program, "exec", name, ...command];
    return run(words, longRunning ? PATIENT : limits);
  }

  probe(
    image: string,
    command: readonly string[],
    user?: string,
  ): Promise<Output> {
    const [entrypoint = "", ...args] = command;
    const { program, bare } = this.#dialect;
    return run([
      program,
      "run",
      "--rm",
      ...bare,
      "--network",
      "none",
      ...ISOLATED,
      ...(user === undefined ? [] : ["--user", user]),
      "--entrypoint",
      entrypoint,
      image,
      ...args,
    ]);
  }

  async volume(name: string): Promise<VolumeFacts | undefined> {
    return volumeOf(await this.#inspect(["volume", "inspect", "--", name]));
  }

  inventory(): Promise<Inventory> {
    return inventoryOf(this.#dialect.program);
  }

  abstract pinVolume(pin: VolumePin): Promise<void>;
  abstract unpinVolume(name: string): Promise<void>;

  async isVolumePinned({ name, volume }: VolumePin): Promise<boolean> {
    const found = await this.inspect(name);
    // Podman's never runs, docker's always does.
    if (found === undefined || (!found.running && found.pod === "")) {
      return false;
    }
    return found.mounts.some((mount) =>
      mount.kind === "volume" && mount.name === volume
    );
  }

  /**
   * A container that was young when the power went: podman never synced its
   * layer, so it lists it, cannot inspect it, and can remove it (seen with 5.4).
   */
  async #broken(name: string): Promise<Container | undefined> {
    const { stdout } = await this.#ok("ps", "--all", "--no-trunc", ...LISTED);
    const [id, , state] = stdout.split("\n").map((line) => line.split(" "))
      .find((words) => words.slice(0, 2).includes(name)) ?? [];
    if (id === undefined || state === "running") return undefined;
    return hollowContainer(name, id);
  }

  /** Where the name is gone, a runtime takes it for another's beginning. */
  async #idOf(name: string): Promise<string> {
    const id = (await this.inspect(name))?.id;
    if (id === undefined) {
      throw new PortError(`There is no container '${name}'`);
    }
    return id;
  }

  async #names(...options: readonly string[]): Promise<readonly string[]> {
    const words = ["ps", ...options, "--format", NAMES];
    const { stdout } = await runOk([this.#dialect.program, ...words], BRIEF);
    return stdout.split(/[\n,]/).filter((name) => name !== "").sort();
  }

  #ok(...words: readonly string[]): Promise<Output> {
    return runOk([this.#dialect.program, ...words]);
  }

  /** The one object that `inspect` prints; undefined where there is none. */
  async #inspect(words: readonly string[]): Promise<unknown> {
    const command = [this.#dialect.program, ...words];
    const output = await run(command, BRIEF);
    if (output.code !== 0) {
      if (ABSENT.test(output.stderr)) return undefined;
      throw failed(command, output);
    }
    const found = parseJson(output.stdout, command);
    return Array.isArray(found) ? found[0] : found;
  }
}

/**
 * Both take a name also for the beginning of an identifier: with "db" gone, a
 * container db0e98a26f18 would stand in for it.
 */
function ifNamed(found: unknown, name: string): Container | undefined {
  const container = containerOf(found, name);
  return [container.name, container.id].includes(name) ? container : undefined;
}

const [REMOVALS, UPDATES] = [3, 20];

/** What could be meant as the beginning of another container's identifier. */
const BEGINNING = /^[0-9a-f]+$/;

const UNPACK = 'set -o pipefail; "$1" export "$2" | tar -x -C "$3"';

const NAMES = "{{.Names}}";
const LISTED = ["--format", "{{.ID}} {{.Names}} {{.State}}"];
