import type { Ports } from "../../lib/port/ports.ts";
import { lookAtCluster } from "./cluster.ts";
import { fakeContainers } from "./containers_port.ts";
import { fakeFiles } from "./files_port.ts";
import { fakeUnits } from "./units_port.ts";
import type { World } from "./world.ts";

/** The host behind all ports. */
export function fakePorts(world: World): Ports {
  return {
    files: fakeFiles(world),
    containers: fakeContainers(world),
    units: fakeUnits(world),
    clusters: {
      look: (path) =>
        answer(() =>
          world.look(
            `clusters.look ${path}`,
            () => lookAtCluster(world.disk.at(path)),
          )
        ),
    },
    host: {
      now: () => clockOf(world),
      sleep: () => answer(() => world.sleep()),
      get stopAsked() {
        return world.stopAsked;
      },
      say: (line) => world.trace?.push(`      | ${line.split("\n")[0]}`),
      // No unit starts a container, and nothing else can be asked.
      run: ([program]) =>
        Promise.resolve({
          code: program === "systemctl" ? 0 : 127,
          stdout: "",
          stderr: "",
        }),
    },
  };
}

export function clockOf(world: World) {
  return {
    at: new Date(Date.UTC(2024, 0, 1) + world.time * 1000 + world.skew)
      .toISOString(),
    boot: world.bootId,
    ms: world.time * 1000,
  };
}

/** Rejects rather than throws, like a real port. */
export function answer<T>(look: () => T): Promise<T> {
  try {
    return Promise.resolve(look());
  } catch (error) {
    return Promise.reject(error);
  }
}
