import * as v from "valibot";
import type { Container, ImageFacts, Mount } from "../port/containers.ts";
import { PortError } from "../port/ports.ts";
import { proc } from "./proc.ts";

const Words = v.optional(v.nullable(v.array(v.string())), []);
const Table = v.optional(v.nullable(v.record(v.string(), v.string())), {});

/** What both print, as far as pgladder needs it: both add fields as they like. */
const InspectedContainer = v.object({
  Id: v.string(),
  Name: v.string(),
  Image: v.string(),
  /** Podman's name for what was asked for. */
  ImageName: v.optional(v.string()),
  Pod: v.optional(v.string(), ""),
  IsInfra: v.optional(v.boolean(), false),
  State: v.object({
    Running: v.boolean(),
    Pid: v.optional(v.number(), 0),
    Status: v.optional(v.string(), ""),
    ExitCode: v.optional(v.number(), 0),
    /** Podman has an empty one, or none, where there is no check. */
    Health: v.optional(v.nullable(v.object({ Status: v.string() }))),
  }),
  RestartCount: v.optional(v.number(), 0),
  Dependencies: Words,
  NetworkSettings: v.optional(
    v.object({
      Networks: v.optional(
        v.nullable(v.record(
          v.string(),
          v.nullable(v.object({
            IPAddress: v.optional(v.string(), ""),
            GlobalIPv6Address: v.optional(v.string(), ""),
          })),
        )),
        {},
      ),
    }),
    {},
  ),
  Config: v.object({
    Image: v.optional(v.string(), ""),
    Env: Words,
    Labels: Table,
    Cmd: Words,
    User: v.optional(v.string(), ""),
  }),
  HostConfig: v.object({
    RestartPolicy: v.optional(
      v.object({
        Name: v.optional(v.string(), ""),
        MaximumRetryCount: v.optional(v.number(), 0),
      }),
      {},
    ),
    AutoRemove: v.optional(v.boolean(), false),
    NetworkMode: v.optional(v.string(), ""),
    PidMode: v.optional(v.string(), ""),
    IpcMode: v.optional(v.string(), ""),
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
      Cmd: Words,
      Env: Words,
      User: v.optional(v.string(), ""),
      Volumes: v.optional(v.nullable(v.record(v.string(), v.unknown())), {}),
    })),
    {},
  ),
});

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

/** One of which nothing is left but its name: it does not run. */
export function hollowContainer(name: string, id: string): Container {
  return {
    name,
    id,
    image: "",
    imageId: "",
    running: false,
    pid: 0,
    mounts: [],
    env: {},
    labels: {},
    command: [],
    restartPolicy: "no",
    pod: "",
  };
}

/** Of what `inspect` printed, which is asked for a container or an image. */
export function isContainer(printed: unknown): boolean {
  return v.is(v.object({ State: v.object({}) }), printed);
}

/** What `container inspect` printed of one. */
export function containerOf(printed: unknown, name: string): Container {
  const found = read(InspectedContainer, printed, name);
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
      mountPath: mount.Destination,
    })),
    env: tableOf(found.Config.Env ?? []),
    labels: found.Config.Labels ?? {},
    command: found.Config.Cmd ?? [],
    ...found.Config.User === "" ? {} : { user: found.Config.User },
    restartPolicy: policyOf(found.HostConfig.RestartPolicy),
    autoRemove: found.HostConfig.AutoRemove,
    pod: found.Pod,
    infra: found.IsInfra,
    addresses: Object.values(found.NetworkSettings.Networks ?? {})
      .flatMap((it) => [it?.IPAddress ?? "", it?.GlobalIPv6Address ?? ""])
      .filter((it) => it !== ""),
    dependencies: found.Dependencies ?? [],
    shares: sharedIn(found.HostConfig),
    health: HEALTHS.find((it) => it === found.State.Health?.Status) ?? "",
    status: found.State.Status,
    exitCode: found.State.ExitCode,
    restarts: found.RestartCount,
  };
}

/** "container:ID" is what both make of a name, or of a project's service. */
function sharedIn(
  { IpcMode, NetworkMode, PidMode }: {
    readonly IpcMode: string;
    readonly NetworkMode: string;
    readonly PidMode: string;
  },
): string[] {
  const found = [NetworkMode, PidMode, IpcMode]
    .flatMap((mode) => /^container:(.+)$/.exec(mode)?.[1] ?? []);
  return [...new Set(found)];
}

const HEALTHS = ["starting", "healthy", "unhealthy"] as const;

/** As the option `--restart` is written. */
function policyOf(
  { MaximumRetryCount: count, Name: name }: {
    Name: string;
    MaximumRetryCount: number;
  },
): string {
  if (name === "on-failure" && count > 0) return `${name}:${count}`;
  return name || "no";
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

/** What `image inspect` printed of one. */
export function imageOf(printed: unknown, name: string): ImageFacts {
  const found = read(InspectedImage, printed, name);
  const [named = ""] = found.RepoDigests ?? [];
  return {
    id: withoutAlgorithm(found.Id),
    digest: named.split("@")[1] ?? found.Digest,
    env: tableOf(found.Config?.Env ?? []),
    volumes: Object.keys(found.Config?.Volumes ?? {}).sort(),
    command: found.Config?.Cmd ?? [],
    ...found.Config?.User ? { user: found.Config.User } : {},
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
