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
    heading("What must be so"),
    terms(
      [
        "a unit",
        "a systemd unit runs the container or brings the compose project up; or none does: then its restart policy is taken off until it is made anew, by you or by your --switch-command",
      ],
      [
        "a directory",
        "of the host, or a named volume: what is put aside then lies beside the runtime's volumes (/var/lib/docker/volume-NAME.bak), where no prune takes it; and until commit a container that is kept for it spares the volume itself",
      ],
      [
        "a restart policy",
        "where a unit runs the container, better none: the unit restarts it",
      ],
    ),
    heading("--switch compose"),
    text(
      "Changes the service's image in the compose file, or the variable in .env that makes it, and nothing else there; the unit's own compose up then has it take effect. A value that is made of several, or shared with another service, is not guessed at: pgladder says what to write.",
    ),
  ],
};
