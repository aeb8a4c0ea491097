import { PortError } from "../../lib/port/ports.ts";
import type { Line } from "./database_unit.ts";
import type { FakeContainer } from "./runtime.ts";
import type { World } from "./world.ts";

/** A database whose container no unit starts: the runtime does it by itself. */

/** Ticks until a container that ended is started again. */
const AGAIN = 2;

/** As a person or a program makes it again: the old one keeps its words. */
export function remake(world: World, wanted: Partial<Line>) {
  const { container: name, runtime, volume } = world;
  const image = wanted.image ?? "";
  if (runtime.imageOf(image) === undefined) runtime.pull(image);
  const found = runtime.containers.get(name);
  const before = runtime.containers.get(`${name}.before`);
  const inner = wanted.mountPath ?? (found ?? before)?.mounts[0]?.mountPath ??
    "/var/lib/postgresql/data";
  const fits = (it: FakeContainer | undefined) =>
    it?.imageId === runtime.imageOf(image)?.id &&
    it?.mounts[0]?.mountPath === inner;
  if (fits(found)) return;
  if (before !== undefined && fits(before)) {
    runtime.remove(name);
    return rename(world, before, name);
  }
  if (found !== undefined) {
    runtime.remove(`${name}.before`);
    rename(world, found, `${name}.before`);
  }
  const mounts = [{ source: volume, mountPath: inner }];
  runtime.create({ name, image, mounts, restart: "always" });
}

function rename({ runtime }: World, container: FakeContainer, name: string) {
  runtime.containers.delete(container.name);
  container.name = name;
  runtime.containers.set(name, container);
}

/** What is bound is what has the name by now; @throws {PortError} nothing has */
export function startBound(world: World, container: FakeContainer) {
  if (container.process !== undefined) return;
  for (const mount of container.mounts) {
    const node = world.disk.directoryAt(mount.source);
    if (node === undefined) {
      throw new PortError(`'podman start' failed: statfs ${mount.source}`);
    }
    mount.node = node;
  }
  world.runtime.begin(container);
}

/** One tick of the host: what has ended by itself comes back. */
export function stepAlone(world: World) {
  for (const container of [...world.runtime.containers.values()]) {
    const { process, restart, resting } = container;
    if (restart === "no" || resting || process !== undefined) continue;
    container.wait += 1;
    if (container.wait < AGAIN) continue;
    container.wait = 0;
    startAlone(world, container);
  }
}

/** The machine comes up: also what a person has stopped is started. */
export function bootAlone(world: World) {
  for (const container of [...world.runtime.containers.values()]) {
    if (container.restart !== "no") startAlone(world, container);
  }
}

/** By a person, or by the runtime itself. */
export function startAlone(world: World, container: FakeContainer) {
  try {
    startBound(world, container);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    // Nobody tries again.
    container.resting = true;
  }
}

/** Of one in which nothing runs. */
export function statusOf({ begun, restart, resting }: FakeContainer): string {
  if (restart !== "no" && !resting) return "restarting";
  return begun ? "exited" : "created";
}
