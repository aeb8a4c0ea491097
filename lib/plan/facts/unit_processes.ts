import { makerWithEnv } from "../../configuration/compose/env_files.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";
import { bringsUp, startsContainer } from "./start_lines.ts";
import { writtenOn } from "./unit.ts";

/** Whether a unit runs a container, by what the kernel says of its processes. */

/** Podman's monitor is the parent of a container's first process. */
const MONITOR = /^conmon/;
/** Of one file below /proc. */
const BYTES_MAX = 128 * 1024;
/** A unit of more processes than this is no container's own. */
const PROCESSES_MAX = 200;

/**
 * The operator names it or podman has written it there, and the kernel agrees:
 * a label can be any image's, and the unit of another would be stopped.
 */
export async function isOwnUnit(
  container: Pick<Container, "env" | "labels" | "name" | "pid">,
  { named, unit }: {
    readonly named: string | undefined;
    readonly unit: Unit | undefined;
  },
  ports: Pick<Ports, "files">,
): Promise<boolean> {
  const { env, labels } = container;
  const known = named ?? writtenOn(labels) ?? writtenOn(env);
  return unit?.loaded === true && known === unit.name &&
    await runsInUnit(container, unit, ports);
}

/**
 * Its first process or the monitor of that is one of the unit's, or one of
 * these is the command that started it.
 */
async function runsInUnit(
  container: Pick<Container, "labels" | "name" | "pid">,
  unit: Unit,
  ports: Pick<Ports, "files">,
): Promise<boolean> {
  // A slice or a scope would hold those of others, too.
  if (!unit.name.endsWith(".service") || container.pid <= 0) return false;
  const own = await statusOf(container.pid, ports);
  const parent = await statusOf(own.parent, ports);
  const pids = [
    container.pid,
    ...MONITOR.test(parent.name) ? [own.parent] : [],
  ];
  for (const pid of pids) {
    if (pid === unit.mainPid || await isIn(unit.group, pid, ports)) return true;
  }
  return await isStartedIn(unit, container, ports);
}

/** The process's name and its parent, which is 0 where nothing is known. */
async function statusOf(pid: number, { files }: Pick<Ports, "files">) {
  const text = pid <= 0
    ? ""
    : await files.readSmall(`/proc/${pid}/status`, BYTES_MAX) ?? "";
  return {
    name: /^Name:\t(.*)$/m.exec(text)?.[1] ?? "",
    parent: Number(/^PPid:\t(\d+)$/m.exec(text)?.[1] ?? 0),
  };
}

/** "0::/system.slice/db.service/…", and with the first version "1:name=systemd:…". */
async function isIn(
  group: string | undefined,
  pid: number,
  { files }: Pick<Ports, "files">,
): Promise<boolean> {
  if (!group?.startsWith("/") || group === "/") return false;
  const text = await files.readSmall(`/proc/${pid}/cgroup`, BYTES_MAX) ?? "";
  return [...text.matchAll(/^\d+:(?:name=systemd)?:(\/.*)$/gm)]
    .some(([, path = ""]) => path === group || path.startsWith(`${group}/`));
}

/** `podman run`, `docker run` or `compose up`, which waits for its container. */
async function isStartedIn(
  { group, mainPid = 0, name: unit }: Unit,
  { labels, name }: Pick<Container, "labels" | "name">,
  ports: Pick<Ports, "files">,
): Promise<boolean> {
  const maker = await makerWithEnv(labels, ports);
  const pids = [...mainPid > 0 ? [mainPid] : [], ...await pidsIn(group, ports)];
  for (const pid of new Set(pids)) {
    const place = `/proc/${pid}`;
    const words = (await ports.files.readSmall(`${place}/cmdline`, BYTES_MAX))
      ?.split("\0").join(" ") ?? "";
    if (startsContainer(words, (word) => word === name)) return true;
    if (maker === undefined) continue;
    const directory = (await ports.files.look(`${place}/cwd`))?.target ?? "/";
    if (bringsUp({ unit, words: words.trim(), directory }, maker)) return true;
  }
  return false;
}

async function pidsIn(
  group: string | undefined,
  { files }: Pick<Ports, "files">,
): Promise<readonly number[]> {
  if (!group?.startsWith("/")) return [];
  // The second place is that of the first version of control groups.
  for (const root of ["/sys/fs/cgroup", "/sys/fs/cgroup/systemd"]) {
    const path = `${root}${group}/cgroup.procs`;
    const text = await files.readSmall(path, BYTES_MAX);
    if (text === undefined) continue;
    const pids = text.split("\n").map(Number).filter((it) => it > 0);
    return pids.slice(0, PROCESSES_MAX);
  }
  return [];
}
