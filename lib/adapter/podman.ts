import type { VolumePin } from "../port/containers.ts";
import { ContainerCli } from "./container_cli.ts";
import { runOk } from "./process.ts";
import { pinArguments } from "./volume_inspect.ts";

export class Podman extends ContainerCli {
  constructor() {
    super({
      program: "podman",
      // With one name alone podman would take off all that the image has.
      untag: (reference) => ["untag", reference, reference],
      remove: ["--force", "--time", "0", "--volumes"],
      // It makes a volume before the container and removes it after: who dies
      // in between would leave one that nobody knows.
      bare: ["--image-volume", "ignore"],
      // Not by its name: podman would then not remove that container, and so
      // its unit could not start it again, before the job is gone.
      share: ({ pid }) => `ns:/proc/${pid}/ns/net`,
    });
  }
  /**
   * Prune spares containers in a pod, and a pod whose containers were never
   * started, also with --volumes and after a reboot (seen with 5.4); one that
   * runs would have ended with the reboot.
   */
  async pinVolume(pin: VolumePin): Promise<void> {
    await this.unpinVolume(pin.name);
    const pod = podOf(pin.name);
    await runOk(["podman", "pod", "create", "--infra=false", "--name", pod]);
    await runOk([
      ...["podman", "create", "--pod", pod, "--image-volume", "ignore"],
      ...pinArguments(pin),
    ]);
  }

  async unpinVolume(name: string): Promise<void> {
    await this.remove(name);
    await runOk(["podman", "pod", "rm", "--force", "--ignore", podOf(name)]);
  }
}

const podOf = (name: string) => `${name}-pod`;
