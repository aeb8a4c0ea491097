import type {
  Container,
  ContainerJob,
  Containers,
  ImageFacts,
  Output,
} from "../../../../lib/port/containers.ts";
import { PortError } from "../../../../lib/port/ports.ts";
import { INSIDE, liveAnswer } from "../../../sample/answers.ts";
import { controlOf } from "./cluster.ts";
import { inodeOf, put } from "./disk.ts";
import type { Host } from "./host.ts";
import { dataOf } from "./server.ts";
import {
  type ContainerState,
  fullVersion,
  imageIdOf,
  innerOf,
  pgdataOf,
  versionOfImage,
} from "./state.ts";

/** Podman's contract, without podman. */
export function containersOf(host: Host): Containers {
  const { state } = host;
  const inspect = (name: string) => {
    const found = host.find(name);
    return found && inspected(found);
  };
  return {
    inspect: (name) => Promise.resolve(inspect(name)),
    image: (reference) => Promise.resolve(imageOf(host, reference)),
    inspectBoth: (name, reference) =>
      Promise.resolve({
        container: inspect(name),
        image: imageOf(host, reference),
      }),
    pull: (reference) =>
      Promise.reject(new PortError(`There is no "${reference}"`)),
    tag(id, reference) {
      state.images[reference] = versionOfImage(id);
      host.onChange();
      return Promise.resolve();
    },
    untag(reference) {
      delete state.images[reference];
      host.onChange();
      return Promise.resolve();
    },
    run(job) {
      try {
        runJob(host, job);
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error);
      }
    },
    remove(name) {
      host.remove(name);
      return Promise.resolve();
    },
    named: (label, value) =>
      Promise.resolve(
        state.containers.filter(({ labels }) => labels[label] === value)
          .map(({ name }) => name).sort(),
      ),
    running: () =>
      Promise.resolve(
        state.containers.filter(({ running }) => running)
          .map(({ name }) => name).sort(),
      ),
    exec: (name, command) => Promise.resolve(exec(host, name, command)),
    // A ladder of podman never asks for it: podman mounts images.
    start: () => Promise.reject(new PortError("Units start what there is")),
    stop: () => Promise.reject(new PortError("Units stop what there is")),
    canSetRestartPolicy: () => Promise.resolve(false),
    setRestartPolicy: () =>
      Promise.reject(new PortError("Units restart what there is")),
    unpack: () => Promise.reject(new PortError("This podman unpacks nothing")),
    ...NO_VOLUMES,
    probe: (image) =>
      Promise.resolve(
        output(
          `postgres (PostgreSQL) ${
            fullVersion(versionOfImage(image))
          }\n999\n999\nx86_64\n/usr/bin/pg_dump\n/usr/bin/pg_restore\n/usr/bin/vacuumdb\n`,
        ),
      ),
  };
}

const NO_VOLUMES = {
  volume: () => Promise.resolve(undefined),
  inventory: () => Promise.resolve({ containers: [], volumes: [] }),
  pinVolume: () => Promise.reject(new PortError("There are no volumes")),
  isVolumePinned: () => Promise.resolve(false),
  unpinVolume: () => Promise.resolve(),
} satisfies Partial<Containers>;

export function imageOf(
  { state }: Host,
  reference: string,
): ImageFacts | undefined {
  const version = state.images[reference] ??
    Object.values(state.images).find((it) => imageIdOf(it) === reference);
  if (version === undefined) return undefined;
  return {
    id: imageIdOf(version),
    digest: `sha256:${imageIdOf(version)}`,
    env: { PGDATA: pgdataOf(version) },
    volumes: [innerOf(version)],
  };
}

/** Only made, not started. */
export function create(
  host: Host,
  wanted: Pick<ContainerJob, "name" | "image" | "env" | "labels" | "args"> & {
    mounts: readonly { source: string; mountPath: string; kind?: "image" }[];
  },
): ContainerState {
  const { state } = host;
  const image = imageOf(host, wanted.image);
  if (image === undefined || host.find(wanted.name) !== undefined) {
    throw new PortError(`'podman run' of "${wanted.name}" failed: exit 125`);
  }
  const number = host.newNumber();
  const container: ContainerState = {
    name: wanted.name,
    id: String(number).padStart(64, "0"),
    pid: 4_000_000 + number,
    image: wanted.image,
    version: versionOfImage(image.id),
    mounts: wanted.mounts.map(({ source, mountPath, kind }) => {
      // Of an image nothing but its being there is looked at.
      const inode = kind === "image"
        ? imageOf(host, source)?.id
        : inodeOf(source);
      // Podman, unlike docker, does not make what it should mount.
      if (inode === undefined) {
        throw new PortError(`'podman run' failed: statfs ${source}`);
      }
      return { source, mountPath, inode };
    }),
    env: { PGDATA: image.env["PGDATA"] ?? "", ...wanted.env },
    labels: wanted.labels,
    args: wanted.args,
    running: false,
    phase: 0,
    rows: 0,
  };
  state.containers.push(container);
  return container;
}

function runJob(host: Host, job: ContainerJob) {
  const container = create(host, job);
  if (job.idFile !== undefined) {
    put(job.idFile, container.id, { durable: false });
  }
  container.running = true;
  host.onChange();
}

function inspected(found: ContainerState): Container {
  return {
    name: found.name,
    id: found.id,
    image: found.image,
    imageId: imageIdOf(found.version),
    running: found.running,
    pid: found.running ? found.pid : 0,
    mounts: found.mounts.map(({ source, mountPath }) => ({
      kind: "bind",
      name: "",
      source,
      mountPath,
    })),
    env: found.env,
    labels: found.labels,
    command: found.args,
    restartPolicy: "no",
    pod: "",
  };
}

const output = (stdout: string, code = 0): Output => ({
  code,
  stdout,
  stderr: code === 0 ? "" : "no",
});

function exec(host: Host, name: string, command: readonly string[]): Output {
  const container = host.find(name);
  if (!container?.running) return output("", 2);
  if (command[0] === "pg_isready") return output("");
  const sql = command.at(-1) ?? "";
  if (/CHECKPOINT/.test(sql)) host.checkpoint(name);
  if (sql.includes("removedTypes")) return output(INSIDE);
  if (sql.includes("'uses'")) return output(SORTED);
  return output(/json_build_object/.test(sql) ? liveFacts(container) : "");
}

/** What sorted_facts.sql answers: nothing is sorted by a library. */
const SORTED = JSON.stringify({
  database: "postgres",
  collations: [],
  uses: [],
});

function liveFacts(container: ContainerState): string {
  const data = dataOf(container);
  return liveAnswer({
    version: fullVersion(container.version),
    dataDirectory: container.env["PGDATA"],
    systemIdentifier: data && controlOf(data)?.system,
  });
}
