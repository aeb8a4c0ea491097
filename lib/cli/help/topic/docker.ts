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
      "Docker and podman take the same commands, and the steps are the same. Where both are installed, the one that has the container is asked; where both have one of that name, --runtime says which.",
    ),
    heading("Requirements"),
    terms(
      [
        "a unit",
        "a systemd unit runs the container or brings the compose project up. Without one, pgladder removes the container's restart policy until compose, you or your --switch-command have created the new container",
      ],
      [
        "a directory",
        "a directory of the host, or a named volume. The old data of a named volume lie beside the runtime's volumes (/var/lib/docker/volume-NAME.bak), where no prune takes them. Until commit, an idle container keeps the volume itself from being pruned",
      ],
      [
        "what writes",
        "services of the project that depend on the database, and containers that are connected to it, are stopped first and started last, in order. Name others with --writers",
      ],
      [
        "helpers",
        "containers that start others again or make them again by themselves (watchtower, autoheal, Diun with a command) are named by plan, and so is one whose pg_dump is older than the new server. Name a helper with --writers, and it is stopped meanwhile",
      ],
      [
        "no systemd",
        "on a host without it (Alpine, Unraid, LXC) the runtime alone starts the container, by its restart policy. pgladder takes the policy off, and the placeholder keeps everybody out. What is weaker: services that write from outside of containers, and what prunes, are neither stopped nor held back; stop them yourself. Refused: a container that a script of the host starts (/etc/init.d, /etc/local.d, /etc/rc.d, runit)",
      ],
      [
        "a restart policy",
        "if a unit runs the container, better have none, since the unit restarts it",
      ],
    ),
    heading("--switch compose"),
    text(
      "Changes the service's image in the compose file, or the variable in .env that sets it, and nothing else. Then the unit's own compose up activates the change; where no unit brings the project up, pgladder has its own tool make this one service again, with the project's name and files as the container's labels say. The rollback puts the bytes back and makes the old container again. If the value has several parts or is shared with another service, pgladder does not guess: it says what to write.",
    ),
  ],
};
