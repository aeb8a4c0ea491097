import type { FakeDirectory, FakeNode } from "./disk.ts";
import type { Process } from "./process.ts";
import type { FakeContainer } from "./runtime.ts";
import type { World } from "./world.ts";

/** Copies of what a host holds, so that many stories can share a beginning. */
class Copier {
  readonly #known = new Map<FakeNode, FakeNode>();

  node<T extends FakeNode>(node: T): T {
    const known = this.#known.get(node);
    if (known !== undefined) return known as T;
    if (node.kind === "file") {
      const copy: FakeNode = { ...node };
      this.#known.set(node, copy);
      return copy as T;
    }
    const copy: FakeDirectory = {
      ...node,
      entries: new Map(),
      onDisk: undefined,
    };
    this.#known.set(node, copy);
    copy.entries = this.#names(node.entries);
    if (node.onDisk !== undefined) copy.onDisk = this.#names(node.onDisk);
    return copy as T;
  }

  #names(entries: ReadonlyMap<string, FakeNode>): Map<string, FakeNode> {
    const copy = new Map<string, FakeNode>();
    for (const [name, child] of entries) copy.set(name, this.node(child));
    return copy;
  }

  container(container: FakeContainer): FakeContainer {
    return {
      ...container,
      mounts: container.mounts.map((mount) => ({
        ...mount,
        node: this.node(mount.node),
      })),
      process: this.#process(container.process),
    };
  }

  #process(process: Process | undefined): Process | undefined {
    if (process === undefined || process.kind === "idle") return process;
    const data = process.data === undefined
      ? undefined
      : this.node(process.data);
    return { ...process, data };
  }
}

function copyValues<K, V extends object>(
  map: ReadonlyMap<K, V>,
): Map<K, V> {
  const copy = new Map<K, V>();
  for (const [key, value] of map) copy.set(key, { ...value });
  return copy;
}

export type Saved = ReturnType<typeof saveWorld>;

/** All that the host holds, for other stories to begin with. */
export function saveWorld(world: World) {
  const { applications, disk, runtime, systemd } = world;
  const copier = new Copier();
  return {
    root: copier.node(disk.root),
    inode: disk.inode,
    images: new Map(runtime.images),
    names: new Map(runtime.names),
    containers: [...runtime.containers.values()]
      .map((container) => copier.container(container)),
    next: runtime.next,
    units: copyValues(systemd.units),
    transients: copyValues(systemd.transients),
    acknowledged: applications.acknowledged,
    given: applications.given,
    row: applications.next,
    sessions: copyValues(applications.sessions),
    bootId: world.bootId,
    time: world.time,
    ticks: world.ticks,
    looks: world.looks,
    systems: world.systems,
    troubled: world.troubled,
    sick: world.sick,
    duplicates: world.duplicates,
    obstacle: world.obstacle,
    lockedElsewhere: world.lockedElsewhere,
    skew: world.skew,
  };
}

/** As it was when that was saved; what is saved stays unchanged. */
export function loadWorld(world: World, saved: Saved) {
  const { applications, disk, runtime, systemd } = world;
  const copier = new Copier();
  disk.root = copier.node(saved.root);
  disk.inode = saved.inode;
  runtime.images = new Map(saved.images);
  runtime.names = new Map(saved.names);
  runtime.containers = new Map(
    saved.containers.map((it) => [it.name, copier.container(it)]),
  );
  runtime.next = saved.next;
  systemd.units = copyValues(saved.units);
  systemd.transients = copyValues(saved.transients);
  applications.acknowledged = saved.acknowledged;
  applications.given = saved.given;
  applications.next = saved.row;
  applications.sessions = copyValues(saved.sessions);
  world.bootId = saved.bootId;
  world.time = saved.time;
  world.ticks = saved.ticks;
  world.looks = saved.looks;
  world.systems = saved.systems;
  world.troubled = saved.troubled;
  world.sick = saved.sick;
  world.duplicates = saved.duplicates;
  world.obstacle = saved.obstacle;
  world.lockedElsewhere = saved.lockedElsewhere;
  world.skew = saved.skew;
  world.calm();
}
