import { heading, type Page, terms, text, typed } from "../page.ts";

export const docker: Page = {
  name: "docker",
  about: "hosts that run docker, and compose",
  blocks: [
    heading("Examples"),
    typed(
      [
        "pgladder plan db --to 17 --runtime docker",
        "where podman is there too",
      ],
      [
        "pgladder plan db --to 17 --switch compose",
        "with the change as a diff",
      ],
    ),
    text(
      "Docker and podman take the same commands and the same ladder. Where both are installed and neither is named, podman is asked.",
    ),
    heading("Requirements"),
    terms(
      [
        "a unit",
        "a systemd unit runs the container or brings the compose project up. Without one, pgladder removes the container's restart policy until you or your --switch-command have created the new container",
      ],
      [
        "a directory",
        "of the host, or a named volume. The old data of a named volume lie beside the runtime's volumes (/var/lib/docker/volume-NAME.bak), where no prune takes them. Until commit, an idle container keeps the volume itself from being pruned",
      ],
      [
        "a restart policy",
        "better none if a unit runs the container: the unit restarts it",
      ],
    ),
    heading("--switch compose"),
    text(
      "Changes the service's image in the compose file, or the variable in .env that sets it, and nothing else. Then the unit's own compose up activates the change. If the value has several parts or is shared with another service, pgladder does not guess: it says what to write.",
    ),
  ],
};
