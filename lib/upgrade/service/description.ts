import * as v from "valibot";

/** What `inspect` prints of a container and of an image, as far as a command can say it. */

const Words = v.optional(v.nullable(v.array(v.string())));
export const Table = v.optional(v.nullable(v.record(v.string(), v.string())));
const Text = v.optional(v.nullable(v.string()));
const Count = v.optional(v.nullable(v.number()));
const Flag = v.optional(v.nullable(v.boolean()));

export const Health = v.object({
  Test: Words,
  Interval: Count,
  Timeout: Count,
  StartPeriod: Count,
  Retries: Count,
});

const Config = v.object({
  Hostname: Text,
  User: Text,
  Env: Words,
  Cmd: Words,
  Entrypoint: v.optional(
    v.nullable(v.union([v.array(v.string()), v.string()])),
  ),
  WorkingDir: Text,
  Labels: Table,
  Healthcheck: v.optional(v.nullable(Health)),
  StopSignal: v.optional(v.nullable(v.union([v.string(), v.number()]))),
  StopTimeout: Count,
  Tty: Flag,
  OpenStdin: Flag,
  CreateCommand: Words,
});

const HostConfig = v.object({
  Binds: Words,
  Mounts: v.optional(v.nullable(v.array(v.object({
    Type: v.string(),
    Source: Text,
    Target: v.string(),
    ReadOnly: Flag,
  })))),
  Tmpfs: Table,
  PortBindings: v.optional(v.nullable(v.record(
    v.string(),
    v.nullable(v.array(v.object({ HostIp: Text, HostPort: Text }))),
  ))),
  PublishAllPorts: Flag,
  RestartPolicy: v.optional(v.object({ Name: Text, MaximumRetryCount: Count })),
  NetworkMode: Text,
  ExtraHosts: Words,
  Dns: Words,
  DnsSearch: Words,
  DnsOptions: Words,
  Links: Words,
  VolumesFrom: Words,
  CapAdd: Words,
  CapDrop: Words,
  GroupAdd: Words,
  SecurityOpt: Words,
  Privileged: Flag,
  ReadonlyRootfs: Flag,
  Init: Flag,
  ShmSize: Count,
  Memory: Count,
  MemoryReservation: Count,
  MemorySwap: Count,
  NanoCpus: Count,
  CpuShares: Count,
  CpuPeriod: Count,
  CpuQuota: Count,
  CpusetCpus: Text,
  PidsLimit: Count,
  OomScoreAdj: Count,
  BlkioWeight: Count,
  Ulimits: v.optional(v.nullable(v.array(v.object({
    Name: v.string(),
    Soft: v.number(),
    Hard: v.number(),
  })))),
  Sysctls: Table,
  LogConfig: v.optional(v.object({ Type: Text, Config: Table })),
  PidMode: Text,
  IpcMode: Text,
  UTSMode: Text,
  UsernsMode: Text,
  CgroupParent: Text,
  Runtime: Text,
  Devices: v.optional(v.nullable(v.array(v.object({
    PathOnHost: v.string(),
    PathInContainer: v.string(),
    CgroupPermissions: Text,
  })))),
});

const Network = v.object({
  Aliases: Words,
  IPAMConfig: v.optional(v.nullable(v.object({
    IPv4Address: Text,
    IPv6Address: Text,
  }))),
});

export const DescriptionSchema = v.object({
  Id: v.string(),
  Config,
  HostConfig,
  NetworkSettings: v.optional(v.object({
    Networks: v.optional(v.nullable(v.record(v.string(), v.nullable(Network)))),
  })),
});

export type Description = v.InferOutput<typeof DescriptionSchema>;
export const ImageConfigSchema = v.object({ Config });
export type ImageConfig = v.InferOutput<typeof ImageConfigSchema>;
