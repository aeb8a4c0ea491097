import type {
  Container,
  ContainerJob,
  ImageFacts,
} from "../../lib/port/containers.ts";
import { PortError } from "../../lib/port/ports.ts";
import { type FakeDirectory, put } from "./disk.ts";
import type { Process } from "./process.ts";
import { newServer } from "./server.ts";
import { newJob } from "./job.ts";
import { statusOf } from "./unmanaged.ts";
import { pruneVolumes, sourceOf } from "./volumes.ts";
import type { World } from "./world.ts";

/** Podman in memory: images, their names, and containers. */
export interface FakeImage {
  readonly id: string;
  readonly major: number;
  readonly minor?: number;
  readonly libc?: string;
  readonly pgdata: string;
  readonly volume: string;
}

export interface FakeMount {
  readonly source: string;
  /** The name of a named volume, or "". */
  readonly volume: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** What was bound; it stays so whatever becomes of the name. */
  node: FakeDirectory;
}

export interface FakeContainer {
  name: string;
  readonly id: string;
  readonly pid: number;
  /** As it was asked for. */
  readonly image: string;
  readonly imageId: string;
  readonly mounts: readonly FakeMount[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** Goes with its process, as with `--rm`. */
  readonly autoRemove: boolean;
  /** Of a pod that was never started: no prune takes it. */
  readonly kept: boolean;
  /** Its restart policy. */
  restart: string;
  /** Not started yet, or stopped by a person. */
  resting: boolean;
  /** It has run before. */
  begun: boolean;
  wait: number; // Ticks since it ended by itself.
  /** Undefined: only created, or ended. */
  process: Process | undefined;
}

export interface NewContainer {
  readonly name: string;
  readonly image: string;
  readonly mounts: readonly {
    source: string;
    mountPath: string;
    readOnly?: boolean;
    kind?: "image";
  }[];
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly autoRemove?: boolean;
  readonly kept?: boolean;
  readonly restart?: string;
}

export class FakeRuntime {
  images = new Map<string, FakeImage>();
  /** What the registry has, by reference. */
  readonly registry = new Map<string, FakeImage>();
  names = new Map<string, string>();
  containers = new Map<string, FakeContainer>();
  /** The number of the next container. */
  next = 1;

  constructor(readonly world: World) {}

  imageOf(reference: string): FakeImage | undefined {
    return this.images.get(this.names.get(reference) ?? reference);
  }

  pull(reference: string) {
    const digest = /@sha256:(.*)$/.exec(reference)?.[1];
    const image = digest === undefined
      ? this.registry.get(reference)
      : [...this.registry.values()].find(({ id }) => id === digest);
    if (image === undefined) {
      throw new PortError("'podman pull' failed with exit code 125");
    }
    this.images.set(image.id, image);
    if (digest === undefined) this.names.set(reference, image.id);
  }

  tag(id: string, reference: string) {
    if (!this.images.has(id)) {
      throw new PortError("'podman tag' failed: image not known");
    }
    this.names.set(reference, id);
  }

  /** Containers that are made, but run nothing yet. */
  create(wanted: NewContainer): FakeContainer {
    const image = this.imageOf(wanted.image);
    if (image === undefined || this.containers.has(wanted.name)) {
      throw new PortError("'podman run' failed with exit code 125");
    }
    const mounts = wanted.mounts.map((mount) => this.#mountOf(mount));
    const number = this.next++;
    const { command = [], env = {}, labels = {} } = wanted;
    const { autoRemove = false, kept = false, restart = "no" } = wanted;
    const container: FakeContainer = {
      ...{ env, labels, command, autoRemove, kept, restart, mounts },
      name: wanted.name,
      id: String(number).padStart(64, "0"),
      pid: 1000 + number,
      image: wanted.image,
      imageId: image.id,
      resting: true,
      begun: false,
      wait: 0,
      process: undefined,
    };
    this.containers.set(container.name, container);
    return container;
  }

  #mountOf(
    { source, mountPath, kind, readOnly }: NewContainer["mounts"][number],
  ): FakeMount {
    const { path, volume } = sourceOf(this.world, source);
    const node = kind === "image"
      ? this.#rootOf(source)
      : this.world.disk.directoryAt(path);
    if (node === undefined) {
      throw new PortError(`'podman run' failed: statfs ${source}`);
    }
    return {
      source: path,
      volume,
      mountPath,
      readOnly: readOnly ?? false,
      node,
    };
  }

  createJob(job: ContainerJob): FakeContainer {
    const container = this.create({ ...job, command: job.args });
    if (job.idFile !== undefined) this.#writeId(job.idFile, container.id);
    return container;
  }

  /** The image's own entrypoint, or a job's script, or a shell that idles. */
  begin(container: FakeContainer) {
    container.resting = false;
    container.begun = true;
    const script = /^\/pgladder\/(\w+)\.sh$/.exec(container.command[0] ?? "");
    container.process = script !== null
      ? newJob(script[1] ?? "")
      : container.command.length > 0
      ? { kind: "idle" }
      : newServer();
  }

  /** At once and without a word to the process. */
  kill(container: FakeContainer) {
    container.process = undefined;
    if (container.autoRemove) this.containers.delete(container.name);
  }

  remove(name: string) {
    const container = this.find(name);
    if (container === undefined) return;
    this.kill(container);
    this.containers.delete(container.name);
  }

  find(name: string): FakeContainer | undefined {
    const found = this.containers.get(name);
    if (found !== undefined || name.length < 64) return found;
    return [...this.containers.values()].find(({ id }) => id === name);
  }

  /** @throws {PortError} there is none */
  known(name: string): FakeContainer {
    const found = this.find(name);
    if (found === undefined) {
      throw new PortError(`There is no container '${name}'`);
    }
    return found;
  }

  running(): FakeContainer[] {
    return [...this.containers.values()]
      .filter(({ process }) => process !== undefined);
  }

  /** `podman system prune`: what stopped, what has no name, and volumes. */
  prune(
    all: boolean,
    { spares = (_: FakeContainer): boolean => false, volumes = true } = {},
  ) {
    for (const container of this.containers.values()) {
      const { kept, process } = container;
      if (process !== undefined || kept || spares(container)) continue;
      if (statusOf(container) === "restarting") continue;
      this.containers.delete(container.name);
    }
    if (volumes) pruneVolumes(this.world);
    const used = new Set(
      [...this.containers.values()].map(({ imageId }) => imageId),
    );
    for (const id of this.images.keys()) {
      const named = [...this.names.values()].includes(id);
      if (used.has(id) || (named && !all)) continue;
      this.images.delete(id);
      for (const [name, of] of this.names) {
        if (of === id) this.names.delete(name);
      }
    }
  }

  facts(reference: string): ImageFacts | undefined {
    const image = this.imageOf(reference);
    if (image === undefined) return undefined;
    return {
      id: image.id,
      digest: `sha256:${image.id}`,
      env: { PGDATA: image.pgdata, PG_MAJOR: String(image.major) },
      volumes: [image.volume],
    };
  }

  inspect(name: string): Container | undefined {
    const found = this.find(name);
    if (found === undefined) return undefined;
    const running = found.process !== undefined;
    return {
      name: found.name,
      id: found.id,
      image: found.image,
      imageId: found.imageId,
      running,
      pid: running ? found.pid : 0,
      mounts: found.mounts.map(({ source, mountPath, volume }) => ({
        kind: volume === "" ? "bind" : "volume",
        name: volume,
        source,
        mountPath,
      })),
      env: found.env,
      labels: found.labels,
      command: found.command,
      restartPolicy: found.restart,
      autoRemove: found.autoRemove,
      pod: found.kept ? "a pod" : "",
      status: running ? "running" : statusOf(found),
    };
  }

  /** Of an image nothing but its being there is looked at. */
  #rootOf(image: string): FakeDirectory | undefined {
    return this.imageOf(image) === undefined
      ? undefined
      : this.world.disk.newDirectory({ uid: 0, gid: 0, mode: 0o755 });
  }

  #writeId(path: string, id: string) {
    const { disk } = this.world;
    const slash = path.lastIndexOf("/");
    const directory = disk.directoryAt(path.slice(0, slash));
    if (directory === undefined) return;
    put(disk, directory, path.slice(slash + 1), id, false);
  }
}
