import * as v from "valibot";
import type {
  Container,
  ContainerJob,
  Containers,
  ImageFacts,
  JobMount,
  Mount,
  Output,
} from "../port/containers.ts";
import { PortError } from "../port/ports.ts";
import { lookAt } from "./durable.ts";
import { proc } from "./proc.ts";
import { failed, run, runOk } from "./process.ts";

/** What differs between podman and docker on the command line. */
export interface Dialect {
  readonly program: "podman" | "docker";
  /** Takes one name off an image. */
  readonly untag: (reference: string) => readonly string[];
  /** Options of `rm` that kill at once and take anonymous volumes along. */
  readonly remove: readonly string[];
}

const Words = v.optional(v.nullable(v.array(v.string())), []);
const Table = v.optional(v.nullable(v.record(v.string(), v.string())), {});

/** What both print, as far as it is needed: both add fields as they like. */
const InspectedContainer = v.object({
  Id: v.string(),
  Name: v.string(),
  Image: v.string(),
  /** Podman's name for what was asked for. */
  ImageName: v.optional(v.string()),
  Pod: v.optional(v.string(), ""),
  State: v.object({ Running: v.boolean(), Pid: v.optional(v.number(), 0) }),
  Config: v.object({
    Image: v.optional(v.string(), ""),
    Env: Words,
    Labels: Table,
    Cmd: Words,
  }),
  HostConfig: v.object({
    RestartPolicy: v.optional(
      v.object({ Name: v.optional(v.string(), "") }),
      {},
    ),
  }),
  Mounts: v.optional(
    v.array(v.object({
      Type: v.string(),
      Name: v.optional(v.string(), ""),
      Source: v.optional(v.string(), ""),
      Destination: v.string(),
    })),
    [],
  ),
});

const InspectedImage = v.object({
  Id: v.string(),
  /** Docker has none; podman's is that of the manifest on this machine. */
  Digest: v.optional(v.string(), ""),
  RepoDigests: Words,
  Config: v.optional(
    v.nullable(v.object({
      Env: Words,
      Volumes: v.optional(v.nullable(v.record(v.string(), v.unknown())), {}),
    })),
    {},
  ),
});

const ABSENT = /no such (container|object|image)|image not known/i;

/** The command lines that podman and docker share. */
export class ContainerCli implements Containers {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  async inspect(name: string): Promise<Container | undefined> {
    const found = await this.#inspect(["container", "inspect", "--", name]);
    if (found === undefined) return undefined;
    return containerOf(read(InspectedContainer, found, name));
  }

  async image(reference: string): Promise<ImageFacts | undefined> {
    const found = await this.#inspect(["image", "inspect", "--", reference]);
    if (found === undefined) return undefined;
    return imageOf(read(InspectedImage, found, reference));
  }

  async pull(reference: string): Promise<void> {
    await this.#ok("pull", "--quiet", "--", reference);
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
    await this.#ok(...jobWords(job));
  }

  async remove(name: string): Promise<void> {
    const before = await this.inspect(name);
    if (before === undefined) return;
    const command = [
      this.#dialect.program,
      "rm",
      ...this.#dialect.remove,
      "--",
      name,
    ];
    const output = await run(command);
    const after = await this.inspect(name);
    if (after === undefined) return;
    if (output.code !== 0) throw failed(command, output);
    throw new PortError(`Container '${name}' is still there after 'rm'`);
  }

  named(label: string, value: string): Promise<readonly string[]> {
    return this.#names("--all", "--filter", `label=${label}=${value}`);
  }

  running(): Promise<readonly string[]> {
    return this.#names();
  }

  exec(name: string, command: readonly string[]): Promise<Output> {
    return run([this.#dialect.program, "exec", name, ...command]);
  }

  probe(image: string, command: readonly string[]): Promise<Output> {
    const [program = "", ...args] = command;
    return run([
      this.#dialect.program,
      "run",
      "--rm",
      ...ISOLATED,
      "--entrypoint",
      program,
      image,
      ...args,
    ]);
  }

  async #names(...options: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await this.#ok("ps", ...options, "--format", NAMES);
    return stdout.split(/[\n,]/).filter((name) => name !== "").sort();
  }

  #ok(...words: readonly string[]): Promise<Output> {
    return runOk([this.#dialect.program, ...words]);
  }

  /** The one object that `inspect` prints; undefined where there is none. */
  async #inspect(words: readonly string[]): Promise<unknown> {
    const command = [this.#dialect.program, ...words];
    const output = await run(command);
    if (output.code !== 0) {
      if (ABSENT.test(output.stderr)) return undefined;
      throw failed(command, output);
    }
    const found = parseJson(output.stdout, command);
    return Array.isArray(found) ? found[0] : found;
  }
}

const NAMES = "{{.Names}}";

const ISOLATED = [
  "--network",
  "none",
  "--pull",
  "never",
  "--security-opt",
  "label=disable",
  "--log-driver",
  "none",
];

function jobWords(job: ContainerJob): string[] {
  const labels = Object.entries(job.labels);
  const env = Object.entries(job.env);
  return [
    "run",
    "--detach",
    ...ISOLATED,
    "--restart",
    "no",
    "--shm-size",
    "1g",
    "--name",
    job.name,
    ...(job.idFile === undefined ? [] : ["--cidfile", job.idFile]),
    ...labels.flatMap(([name, value]) => ["--label", `${name}=${value}`]),
    ...env.flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...job.mounts.flatMap((mount) => ["--mount", mountWord(mount)]),
    "--entrypoint",
    job.program,
    job.image,
    ...job.args,
  ];
}

/** Both read the option as a line of CSV, so any path can be said. */
export function mountWord(mount: JobMount): string {
  return [
    "type=bind",
    `src=${mount.source}`,
    `dst=${mount.inner}`,
    ...(mount.readOnly ? ["readonly"] : []),
  ].map(csvField).join(",");
}

function csvField(field: string): string {
  return /[",\n\r]|^\s/.test(field)
    ? `"${field.replaceAll('"', '""')}"`
    : field;
}

function parseJson(text: string, command: readonly string[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The text holds the container's environment: it must not be shown.
    throw new PortError(`Command '${command.join(" ")}' printed no JSON`);
  }
}

/** The messages of a schema would show values, and values can be secrets. */
function read<Schema extends v.GenericSchema>(
  schema: Schema,
  found: unknown,
  name: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, found);
  if (result.success) return result.output;
  const where = v.getDotPath(result.issues[0]) ?? "";
  throw new PortError(`Cannot read what 'inspect ${name}' prints: '${where}'`);
}

function containerOf(
  found: v.InferOutput<typeof InspectedContainer>,
): Container {
  const pid = found.State.Running && lives(found.State.Pid, found.Id)
    ? found.State.Pid
    : 0;
  return {
    name: found.Name.replace(/^\//, ""),
    id: found.Id,
    image: found.Config.Image || (found.ImageName ?? ""),
    imageId: withoutAlgorithm(found.Image),
    running: pid !== 0,
    pid,
    mounts: found.Mounts.map((mount): Mount => ({
      kind: MOUNT_KINDS[mount.Type] ?? "other",
      name: mount.Name,
      source: mount.Source,
      inner: mount.Destination,
    })),
    env: tableOf(found.Config.Env ?? []),
    labels: found.Config.Labels ?? {},
    command: found.Config.Cmd ?? [],
    restartPolicy: found.HostConfig.RestartPolicy.Name,
    pod: found.Pod,
  };
}

const MOUNT_KINDS: Readonly<Record<string, Mount["kind"]>> = {
  bind: "bind",
  volume: "volume",
  tmpfs: "tmpfs",
};

/**
 * Whether a process is that container's. After a crash of conmon or of the
 * machine the runtime calls running what is gone, and another process may
 * have its number by now.
 */
function lives(pid: number, id: string): boolean {
  if (pid <= 0) return false;
  const state = /\)\s+(\S)/.exec(proc.text(`/proc/${pid}/stat`) ?? "")?.[1];
  if (state === undefined || state === "Z" || state === "X") return false;
  const group = proc.text(`/proc/${pid}/cgroup`) ?? "";
  const other = /[0-9a-f]{64}/.exec(group)?.[0];
  // Without control groups of its own there is no name to compare.
  return other === undefined || group.includes(id);
}

function imageOf(found: v.InferOutput<typeof InspectedImage>): ImageFacts {
  const [named = ""] = found.RepoDigests ?? [];
  return {
    id: withoutAlgorithm(found.Id),
    digest: named.split("@")[1] ?? found.Digest,
    env: tableOf(found.Config?.Env ?? []),
    volumes: Object.keys(found.Config?.Volumes ?? {}).sort(),
  };
}

function withoutAlgorithm(id: string): string {
  return id.replace(/^sha256:/, "");
}

function tableOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  }));
}
