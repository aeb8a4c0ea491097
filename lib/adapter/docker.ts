import { ContainerCli } from "./container_cli.ts";

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
}
