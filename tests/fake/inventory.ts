import type { Inventory } from "../../lib/port/containers.ts";
import type { World } from "./world.ts";

/** All containers, and the one volume that can have a name. */
export function inventoryOf({ disk, runtime, volume, volumeName }: World) {
  const named = volumeName === undefined || disk.at(volume) === undefined
    ? []
    : [{
      name: volumeName,
      path: volume,
      plain: true,
      anonymous: false,
      labels: {},
    }];
  return {
    containers: [...runtime.containers.keys()]
      .map((name) => runtime.inspect(name))
      .filter((it) => it !== undefined),
    volumes: named,
  } satisfies Inventory;
}
