import type { Ports } from "../../lib/port/ports.ts";
import { configurationOf, lookAtCluster } from "./cluster.ts";
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
      configuration: (path) =>
        answer(() =>
          world.look(
            `clusters.configuration ${path}`,
            () => configurationOf(world.disk.at(path)),
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
      run: (command) => answer(() => outputOf(world, command)),
    },
  };
}

/** No unit starts a container, and nothing else can be asked. */
function outputOf(world: World, [program, ...words]: readonly string[]) {
  const found = (code: number, stdout = "") => ({ code, stdout, stderr: "" });
  if (program === "systemctl") return found(0);
  if (words.slice(0, 2).join(" ") !== "container inspect") return found(127);
  const id = words.at(-1) ?? "";
  const inspected = world.look(
    `containers.inspect ${id}`,
    () => world.runtime.inspect(id),
  );
  return inspected === undefined
    ? found(125)
    : found(0, JSON.stringify([inspected]));
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
