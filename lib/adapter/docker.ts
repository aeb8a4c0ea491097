import type { VolumePin } from "../port/containers.ts";
import { ContainerCli } from "./container_cli.ts";
import { runOk } from "./process.ts";
import { pinArguments } from "./volume_inspect.ts";

export class Docker extends ContainerCli {
  constructor() {
    super({
      program: "docker",
      // The image goes with its last name; a container that uses it keeps it.
      untag: (reference) => ["rmi", "--no-prune", "--", reference],
      remove: ["--force", "--volumes"],
      // It has no such option; its daemon outlives who asked.
      bare: [],
      share: ({ id }) => `container:${id}`,
    });
  }
  /** Prune spares what runs, and the daemon starts it again as it starts. */
  async pinVolume(pin: VolumePin): Promise<void> {
    await this.remove(pin.name);
    await runOk([
      ...["docker", "run", "--detach", "--restart", "unless-stopped"],
      ...["--network", "none"],
      ...pinArguments(pin),
    ]);
  }

  unpinVolume(name: string): Promise<void> {
    return this.remove(name);
  }
}
