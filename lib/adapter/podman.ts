import { ContainerCli } from "./container_cli.ts";

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
      // its unit could not start it anew, before the job is gone.
      share: ({ pid }) => `ns:/proc/${pid}/ns/net`,
    });
  }
}
