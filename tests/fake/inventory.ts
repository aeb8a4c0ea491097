import type { Inventory } from "../../lib/port/containers.ts";
import { volumesOf } from "./volumes.ts";
import type { World } from "./world.ts";

/** All containers, and the volumes that have a name. */
export function inventoryOf(world: World) {
  const { disk, runtime } = world;
  const there = volumesOf(world).filter(({ path }) =>
    disk.at(path) !== undefined
  );
  return {
    containers: [...runtime.containers.keys()]
      .map((name) => runtime.inspect(name))
      .filter((it) => it !== undefined),
    volumes: there.map(({ name, path }) => ({
      name,
      path,
      plain: true,
      anonymous: path === disk.lost,
      labels: {},
    })),
  } satisfies Inventory;
}
