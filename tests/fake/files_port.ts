import type {
  DirectoryUser,
  FileFacts,
  Files,
  Reading,
} from "../../lib/port/files.ts";
import { TEXT_MAX } from "../../lib/port/files.ts";
import { PortError } from "../../lib/port/ports.ts";
import { type FakeDirectory, type FakeNode } from "./disk.ts";
import { answer } from "./ports.ts";
import { programNames, programText } from "./program.ts";
import type { FakeContainer } from "./runtime.ts";
import { groupOf } from "./systemd.ts";
import type { World } from "./world.ts";

/** The disk behind the port. */
export function fakeFiles(world: World): Files {
  const { disk } = world;
  const look = <T>(name: string, seen: () => T) =>
    answer(() => world.look(`files.${name}`, seen));
  return {
    look: (path) =>
      look(
        `look ${path}`,
        () => factsOf(nodeAt(world, path), disk.isMounted(path)),
      ),
    list: (path) =>
      look(`list ${path}`, () => {
        const node = nodeAt(world, path);
        return node?.kind === "directory"
          ? [...node.entries.keys()].sort()
          : programNames(path);
      }),
    readText: (path, reading) =>
      look(`readText ${path}`, () => readText(world, path, reading)),
    readSmall: (path, most) =>
      look(`readSmall ${path}`, () => {
        try {
          return readText(world, path, { most });
        } catch (error) {
          if (error instanceof PortError) return undefined;
          throw error;
        }
      }),
    fileSystem: (path) =>
      look(`fileSystem ${path}`, () => ({
        type: world.canClone ? "xfs" : "ext4",
        uuid: "uuid-of-srv",
        mount: mountOf(world, path),
        // Only a full disk must not keep from going back.
        freeBytes: world.obstacle?.mayGoBack ? 0 : 2 ** 40,
        readOnly: false,
      })),
    usersOf: (path, above) =>
      look(
        `holders ${path}`,
        () => usersOf(world, nodeAt(world, path), above),
      ),
    // It has owners and modes, and nothing beside them.
    makeAlike: () => answer(() => []),
    canClone: (path) =>
      look("canClone", () => world.canClone && disk.at(path) !== undefined),
    notCarried: () => look("notCarried", () => []),
    canExchange: (path) =>
      look("canExchange", () => disk.at(path) !== undefined),
    sizeOf: (path) => look("sizeOf", () => sizeOf(disk.at(path))),
    ...changes(world),
    syncFileSystem: (path) =>
      answer(() =>
        world.change({
          name: `syncFileSystem ${path}`,
          honest: true,
          whole() {
            disk.sync(path);
          },
        })
      ),
  };
}

function changes(world: World) {
  const { disk } = world;
  const plainly = (name: string, whole: () => void) =>
    answer(() => world.change({ name, honest: true, whole }));
  return {
    writeText: (path, text, mode) =>
      answer(() =>
        world.change({
          name: `writeText ${path}`,
          honest: true,
          whole: () => disk.write(path, text, mode),
        })
      ),
    writeAll: (directory, texts, mode) => {
      const write = (names: readonly string[]) => {
        for (const name of names) {
          disk.writeNew(`${directory}/${name}`, texts[name] ?? "", mode);
        }
      };
      const names = Object.keys(texts);
      return answer(() =>
        world.change({
          name: `writeAll ${directory}`,
          honest: true,
          whole: () => write(names),
          half: () => write(names.slice(0, names.length / 2)),
        })
      );
    },
    makeDirectory: (path, owner) =>
      plainly(`makeDirectory ${path}`, () => disk.make(path, owner)),
    give: (path, owner) =>
      plainly(`give ${path} ${owner.uid}`, () => disk.give(path, owner)),
    rename: (from, to) =>
      answer(() =>
        world.change({
          name: `rename ${from} ${to}`,
          honest: true,
          whole: () => disk.rename(from, to),
        })
      ),
    exchange: (a, b) =>
      answer(() =>
        world.change({
          name: `exchange ${a} ${b}`,
          whole: () => disk.exchange(a, b),
        })
      ),
    remove: (path) => {
      const there = disk.at(path) !== undefined;
      return answer(() =>
        world.change({
          name: `remove ${path}${there ? "" : " (not there)"}`,
          honest: true,
          ...(there ? { half: () => disk.removeHalf(path) } : {}),
          whole: () => disk.remove(path),
        })
      );
    },
  } satisfies Partial<Files>;
}

/** `/proc/PID/root/PATH` is a path as a container's process sees it. */
function nodeAt(world: World, path: string): FakeNode | undefined {
  const inside = /^\/proc\/(\d+)\/root(\/.*)$/.exec(path);
  if (inside === null) return world.disk.at(path);
  const [, pid, inner = ""] = inside;
  const container = world.runtime.running()
    .find((it) => String(it.pid) === pid);
  return container?.mounts.find((mount) => mount.mountPath === inner)?.node;
}

function mountOf({ disk }: World, path: string): string {
  if (disk.mountPoint !== undefined && disk.isMounted(path)) {
    return disk.mountPoint;
  }
  return /^\/srv(\/|$)/.test(path) ? "/srv" : "/";
}

function factsOf(
  node: FakeNode | undefined,
  mounted = false,
): FileFacts | undefined {
  if (node === undefined) return undefined;
  return {
    kind: kindOf(node),
    inode: String(node.inode),
    device: mounted ? "64513" : "64512",
    owner: node.owner,
    bytes: node.kind === "file" && typeof node.content === "string"
      ? new TextEncoder().encode(node.content).length
      : 4096,
    ...node.kind === "file" && typeof node.special === "object" &&
      { target: node.special.link },
  };
}

function sizeOf(node: FakeNode | undefined): number {
  const below = node?.kind === "directory" ? [...node.entries.values()] : [];
  return below.reduce(
    (sum, child) => sum + sizeOf(child),
    factsOf(node)?.bytes ?? 0,
  );
}

function kindOf(node: FakeNode): FileFacts["kind"] {
  if (node.kind === "directory" || node.special === undefined) return node.kind;
  return node.special === "pipe" ? "other" : "link";
}

function readText(
  world: World,
  path: string,
  { most = TEXT_MAX, end = false }: Reading = {},
) {
  const text = textOf(world, path);
  const bytes = text && new TextEncoder().encode(text);
  if (!bytes || bytes.length <= most) return text;
  if (!end) throw new PortError(`'${path}' is longer than ${most} bytes`);
  return new TextDecoder().decode(bytes.slice(-most));
}

/** Links are followed by the rule that the port tells. */
function textOf(world: World, path: string) {
  let node = nodeAt(world, path);
  const makers = new Set<number>();
  while (node?.kind === "file" && typeof node.special === "object") {
    makers.add(node.owner.uid);
    node = nodeAt(world, node.special.link);
  }
  if (node === undefined) {
    return makers.size > 0
      ? undefined
      : groupText(world, path) ?? programText(path);
  }
  const { uid } = node.owner;
  if (kindOf(node) !== "file" || node.kind !== "file") {
    throw new PortError(`'${path}' is no plain file`);
  }
  if ([...makers].some((maker) => maker !== 0 && maker !== uid)) {
    throw new PortError(`'${path}' leads over a link that is not followed`);
  }
  return typeof node.content === "string" ? node.content : "";
}

/** A unit's container is in the unit's own control group (`--cgroups=split`). */
function groupText({ runtime }: World, path: string): string | undefined {
  const pid = /^\/proc\/(\d+)\/cgroup$/.exec(path)?.[1];
  const found = runtime.running().find((it) => String(it.pid) === pid);
  if (found === undefined) return undefined;
  const unit = found.env["PODMAN_SYSTEMD_UNIT"];
  return unit === undefined
    ? `0::/machine.slice/libpod-${found.id}.scope/container\n`
    : `0::${groupOf(unit)}/libpod-payload-${found.id}\n`;
}

/** By device and inode, as the port's contract has it. */
function usersOf(
  world: World,
  node: FakeNode | undefined,
  above?: "apart",
): DirectoryUser[] {
  if (node?.kind !== "directory") return [];
  const inside = new Set<FakeNode>(directoriesIn(node, 2));
  inside.add(node);
  const found: DirectoryUser[] = [];
  for (const container of world.runtime.running()) {
    const working = worksIn(container, node);
    const mounting = container.mounts.some((mount) =>
      inside.has(mount.node) ||
      above === undefined && isParent(mount.node, node)
    );
    if (!working && !mounting) continue;
    found.push({
      pid: container.pid,
      name: container.process?.kind === "server" ? "postgres" : "bash",
      container: container.id,
      working,
    });
  }
  return found;
}

/** In it or anywhere below. */
function worksIn({ process }: FakeContainer, node: FakeDirectory): boolean {
  return process !== undefined && process.kind !== "idle" &&
    process.data !== undefined && isWithin(process.data, node);
}

function isWithin(data: FakeDirectory, node: FakeDirectory): boolean {
  return data === node ||
    [...node.entries.values()].some((child) =>
      child.kind === "directory" && isWithin(data, child)
    );
}

const isParent = (directory: FakeDirectory, node: FakeNode) =>
  [...directory.entries.values()].includes(node);

function directoriesIn(node: FakeDirectory, levels: number): FakeNode[] {
  if (levels === 0 || node.entries.has("PG_VERSION")) return [];
  return [...node.entries.values()].flatMap((child) =>
    child.kind === "directory"
      ? [child, ...directoriesIn(child, levels - 1)]
      : []
  );
}
