import type { World } from "./world.ts";

/** Volumes that the runtime knows by a name: the database's, and a lost one. */

export interface FakeVolume {
  readonly name: string;
  readonly path: string;
}

/** Whether they are there or not. */
export function volumesOf(
  { disk, volume, volumeName }: Pick<World, "disk" | "volume" | "volumeName">,
): readonly FakeVolume[] {
  const named = (name: string | undefined, path: string | undefined) =>
    name === undefined || path === undefined ? [] : [{ name, path }];
  return [...named(volumeName, volume), ...named("lost", disk.lost)];
}

const holderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

/** Where what is mounted lies; a volume that is not there is made, empty. */
export function sourceOf(world: World, source: string) {
  const { disk } = world;
  const named = volumesOf(world).find(({ name }) => name === source);
  if (named !== undefined && disk.at(named.path) === undefined) {
    disk.makePath(holderOf(named.path));
    disk.make(named.path, { uid: 999, gid: 999, mode: 0o700 });
  }
  return { path: named?.path ?? source, volume: named?.name ?? "" };
}

/**
 * All that no container has. The lost one only while a run holds it: before and
 * after that nobody prunes who has read what is printed.
 */
export function pruneVolumes(world: World) {
  const { beside, disk, runtime } = world;
  const used = new Set(
    [...runtime.containers.values()].flatMap(({ mounts }) =>
      mounts.map(({ volume }) => volume)
    ),
  );
  const journal = disk.textAt(`${beside}.pgladder/journal.json`) ?? "";
  const last = (fact: string) => journal.lastIndexOf(`"type":"${fact}"`);
  const isHeld = last('step-done","step":"prepare') >
    Math.max(
      last('undo-started","step":"prepare'),
      last("run-committing"),
    );
  for (const { name, path } of volumesOf(world)) {
    if (used.has(name) || path === disk.lost && !isHeld) continue;
    disk.remove(holderOf(path));
  }
}
