import type { Unit } from "../../lib/port/units.ts";
import { put } from "./disk.ts";
import type { World } from "./world.ts";

/**
 * The transient unit of `--switch command`: a stand-in for nixos-rebuild. It
 * writes the configuration, has it loaded, starts what the target wants, and
 * leaves its exit code in a file.
 */
export interface Transient {
  readonly env: Readonly<Record<string, string>>;
  phase: number;
}

export function showTransient(
  transients: ReadonlyMap<string, Transient>,
  name: string,
): Unit | undefined {
  if (!transients.has(name)) return undefined;
  return {
    name,
    loaded: true,
    active: "active",
    sub: "running",
    fragment: "",
    dropIns: [],
    block: "free",
    restarts: 0,
    result: "success",
    oneshot: false,
    dependants: [],
    triggers: [],
  };
}

/** One tick of the host; false at its end. */
export function stepTransient(world: World, transient: Transient): boolean {
  const { env } = transient;
  const up = env["PGLADDER_DIRECTION"] === "apply";
  switch (transient.phase++) {
    case 0:
      world.configure({
        image: env[up ? "PGLADDER_TO_IMAGE" : "PGLADDER_FROM_IMAGE"] ?? "",
        mountPath: env[up ? "PGLADDER_TO_MOUNT" : "PGLADDER_FROM_MOUNT"] ?? "",
      });
      return true;
    case 1:
      // As it is read, its line goes.
      drop(world, env["PGLADDER_COMMAND_FILE"] ?? "");
      world.systemd.reload();
      return true;
    case 2: {
      const wanted = [...world.systemd.units.values()]
        .filter((unit) => unit.wanted);
      const started = wanted.map(({ name }) => world.systemd.startOne(name));
      leave(world, env["PGLADDER_LOG"] ?? "", "built and switched\n");
      leave(
        world,
        env["PGLADDER_RESULT"] ?? "",
        started.every(Boolean) ? "0\n" : "4\n",
      );
      return false;
    }
    default:
      return false;
  }
}

function drop(world: World, path: string) {
  const slash = path.lastIndexOf("/");
  world.disk.directoryAt(path.slice(0, slash))?.entries
    .delete(path.slice(slash + 1));
}

function leave(world: World, path: string, text: string) {
  const slash = path.lastIndexOf("/");
  const directory = world.disk.directoryAt(path.slice(0, slash));
  if (directory === undefined) return;
  put(world.disk, directory, path.slice(slash + 1), text, true);
}
