import { bootAlone } from "./unmanaged.ts";
import { shutDown } from "./cluster.ts";
import type { Cut } from "./disk.ts";
import type { FakeContainer } from "./runtime.ts";
import { stopServer } from "./server.ts";
import type { World } from "./world.ts";

export interface Reboot {
  /** What a power cut leaves of unsynced files; undefined: an orderly end. */
  readonly cut: Cut | undefined;
  /** The host makes `/etc` from scratch, as some do. */
  readonly wiped: boolean;
  /** Some runtimes forget what ended, others list it as exited. */
  readonly bare?: boolean;
}

/** Everything that ran is gone; what is wanted starts again. */
export function reboot(world: World, how: Reboot) {
  world.calm();
  for (const container of world.runtime.running()) {
    if (how.cut === undefined) stopGently(world, container);
    else world.runtime.kill(container);
  }
  world.disk.cut(how.cut ?? "kept");
  if (how.wiped) world.disk.remove("/etc/systemd/system.control");
  // What no unit makes again is not forgotten.
  if (how.bare) {
    world.runtime.prune(false, {
      spares: ({ labels, name }) =>
        name.startsWith(world.container) ||
        "com.docker.compose.project" in labels,
      volumes: false,
    });
  }
  world.bootId = `boot-${Number(world.bootId.slice(5)) + 1}`;
  world.systemd.boot();
  bootAlone(world);
  world.watch();
}

/** A job that is asked to end stops its private server, and leaves no result. */
function stopGently(world: World, container: FakeContainer) {
  const { process } = container;
  if (process?.kind === "job" && process.data !== undefined) {
    shutDown(world.disk, process.data, false);
  }
  stopServer(world, container);
}
