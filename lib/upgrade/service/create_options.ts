import type * as v from "valibot";
import { quoted } from "../../base/shell.ts";
import type { Description, Health, ImageConfig, Table } from "./description.ts";

/** The options of `create`, for a container as docker describes it. */

/** What is to be otherwise than it was. */
export interface Otherwise {
  readonly name: string;
  readonly program: string;
  /** The old image's name, and the new one's. */
  readonly image: readonly [from: string, to: string];
  /** The volume's names, and where it is mounted before and after. */
  readonly volume: readonly string[];
  readonly inner: readonly [from: string, to: string];
  /** PGDATA, which may have been said although its image says the same. */
  readonly pgdata: readonly [from: string, to: string];
  /** Variables of which another vendor's image has other names, or "" for none. */
  readonly variables: ReadonlyMap<string, string>;
  readonly restart: string;
  /** A container that still has the passwords; undefined: none has. */
  readonly secretsIn: string | undefined;
}

/** What a container was given beside what its image says already. */
export function optionsOf(
  described: Description,
  image: ImageConfig,
  otherwise: Otherwise,
): string[] {
  return [
    ...["--name", otherwise.name],
    ...otherwise.restart === "no" ? [] : ["--restart", otherwise.restart],
    ...identityOf(described, image),
    ...mountsOf(described, otherwise),
    ...portsOf(described),
    ...limitsOf(described),
    ...surroundingsOf(described),
  ];
}

export const many = (
  option: string,
  words: readonly string[] | null | undefined,
) => (words ?? []).flatMap((word) => [option, word]);
export const one = (
  option: string,
  value: string | number | null | undefined,
) =>
  value === undefined || value === null || value === "" || value === 0
    ? []
    : [option, String(value)];
const pairs = (option: string, table: v.InferOutput<typeof Table>) =>
  Object.entries(table ?? {}).flatMap(([name, value]) => [
    option,
    value === "" ? name : `${name}=${value}`,
  ]);
const flag = (option: string, value: boolean | null | undefined) =>
  value ? [option] : [];

/** Who it is, and what it is told. */
function identityOf(
  { Config: own, Id }: Description,
  { Config: its }: ImageConfig,
) {
  const isNew = <T>(value: T, given: T) =>
    JSON.stringify(value ?? "") !== JSON.stringify(given ?? "");
  const labels = Object.entries(own.Labels ?? {})
    .filter(([name, value]) => its.Labels?.[name] !== value);
  return [
    ...Id.startsWith(own.Hostname ?? "") ? [] : one("--hostname", own.Hostname),
    ...isNew(own.User, its.User) ? one("--user", own.User) : [],
    ...isNew(own.WorkingDir, its.WorkingDir)
      ? one("--workdir", own.WorkingDir)
      : [],
    ...many("-e", own.Env?.filter((it) => !its.Env?.includes(it))),
    ...many("--label", labels.map(([name, value]) => `${name}=${value}`)),
    ...isNew(own.Healthcheck, its.Healthcheck) ? healthOf(own.Healthcheck) : [],
    ...isNew(own.StopSignal, its.StopSignal)
      ? one("--stop-signal", own.StopSignal)
      : [],
    ...one("--stop-timeout", own.StopTimeout),
    ...flag("--tty", own.Tty),
    ...flag("--interactive", own.OpenStdin),
  ];
}

function healthOf(health: v.InferOutput<typeof Health> | null | undefined) {
  const [kind, ...test] = health?.Test ?? [];
  if (kind === "NONE") return ["--no-healthcheck"];
  const time = (option: string, ns: number | null | undefined) =>
    ns ? [option, `${ns}ns`] : [];
  return [
    ...kind === undefined ? [] : [
      "--health-cmd",
      kind === "CMD-SHELL" ? test.join(" ") : test.map(quoted).join(" "),
    ],
    ...time("--health-interval", health?.Interval),
    ...time("--health-timeout", health?.Timeout),
    ...time("--health-start-period", health?.StartPeriod),
    ...one("--health-retries", health?.Retries),
  ];
}

function mountsOf({ HostConfig: host }: Description, otherwise: Otherwise) {
  const mounts = (host.Mounts ?? []).map(({ ReadOnly, Source, Target, Type }) =>
    [
      `type=${Type}`,
      ...Source ? [`src=${Source}`] : [],
      `dst=${Target}`,
      ...ReadOnly ? ["readonly"] : [],
    ].join(",")
  );
  const tmpfs = Object.entries(host.Tmpfs ?? {})
    .map(([path, options]) => options === "" ? path : `${path}:${options}`);
  return [
    ...many("-v", host.Binds?.map((bind) => moved(bind, otherwise))),
    ...many("--mount", mounts.map((mount) => moved(mount, otherwise))),
    ...many("--tmpfs", tmpfs),
    ...many("--volumes-from", host.VolumesFrom),
  ];
}

function portsOf({ HostConfig: host }: Description) {
  const bound = Object.entries(host.PortBindings ?? {})
    .flatMap(([port, places]) =>
      (places ?? []).map(({ HostIp, HostPort }) => {
        const ip = HostIp?.includes(":") ? `[${HostIp}]` : HostIp;
        return `${ip ? `${ip}:` : ""}${HostPort ?? ""}:${port}`;
      })
    );
  return [...many("-p", bound), ...flag("-P", host.PublishAllPorts)];
}

/** 64 MiB, which docker gives where nothing is said. */
const SHM = 64 * 1024 * 1024;

function limitsOf({ HostConfig: host }: Description) {
  const ulimits = (host.Ulimits ?? [])
    .map(({ Hard, Name, Soft }) => `${Name}=${Soft}:${Hard}`);
  return [
    ...host.ShmSize === SHM ? [] : one("--shm-size", host.ShmSize),
    ...one("--memory", host.Memory),
    ...one("--memory-reservation", host.MemoryReservation),
    ...host.Memory ? one("--memory-swap", host.MemorySwap) : [],
    ...host.NanoCpus ? ["--cpus", String(host.NanoCpus / 1e9)] : [],
    ...one("--cpu-shares", host.CpuShares),
    ...one("--cpu-period", host.CpuPeriod),
    ...one("--cpu-quota", host.CpuQuota),
    ...one("--cpuset-cpus", host.CpusetCpus),
    ...one("--pids-limit", host.PidsLimit),
    ...one("--oom-score-adj", host.OomScoreAdj),
    ...one("--blkio-weight", host.BlkioWeight),
    ...many("--ulimit", ulimits),
    ...pairs("--sysctl", host.Sysctls),
  ];
}

function surroundingsOf({ HostConfig: host }: Description) {
  const { Config: options, Type } = host.LogConfig ?? {};
  const logs = Type !== "json-file" || Object.keys(options ?? {}).length > 0;
  const unless = (
    usual: RegExp,
    option: string,
    value: string | null | undefined,
  ) => usual.test(value ?? "") ? [] : one(option, value);
  const devices = (host.Devices ?? []).map((it) =>
    `${it.PathOnHost}:${it.PathInContainer}:${it.CgroupPermissions || "rwm"}`
  );
  return [
    ...many("--add-host", host.ExtraHosts),
    ...many("--dns", host.Dns),
    ...many("--dns-search", host.DnsSearch),
    ...many("--dns-option", host.DnsOptions),
    ...many(
      "--link",
      host.Links?.map((it) => it.replace(/^\//, "").replace(/:.*\//, ":")),
    ),
    ...many("--cap-add", host.CapAdd),
    ...many("--cap-drop", host.CapDrop),
    ...many("--group-add", host.GroupAdd),
    ...many("--security-opt", host.SecurityOpt),
    ...flag("--privileged", host.Privileged),
    ...flag("--read-only", host.ReadonlyRootfs),
    ...flag("--init", host.Init),
    ...logs ? one("--log-driver", Type) : [],
    ...logs ? pairs("--log-opt", options) : [],
    ...one("--pid", host.PidMode),
    ...unless(/^(private|shareable)?$/, "--ipc", host.IpcMode),
    ...one("--uts", host.UTSMode),
    ...one("--userns", host.UsernsMode),
    ...one("--cgroup-parent", host.CgroupParent),
    ...unless(/^(runc|crun)?$/, "--runtime", host.Runtime),
    ...many("--device", devices),
  ];
}

/** `SOURCE:INNER[:OPTIONS]` or `…,dst=INNER,…`, with the new place. */
export function moved(word: string, { inner: [from, to], volume }: Otherwise) {
  if (from === to || !volume.some((it) => word.includes(it))) return word;
  const bare = from.replace(/\/$/, "");
  return word.replace(
    new RegExp(`([:=])${RegExp.escape(bare)}/?(?=$|[:,])`),
    (_, before: string) => before + to,
  );
}
