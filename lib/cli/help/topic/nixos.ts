import { heading, type Page, terms, text, typed } from "../page.ts";

export const nixos: Page = {
  name: "nixos",
  about: "hosts that run NixOS, with oci-containers or modules of their own",
  blocks: [
    heading("Examples"),
    typed(
      ["pgladder plan db --to 17", "shows the change as a diff"],
      [
        "pgladder upgrade db --to 17 --nix-option nixfiles.pleroma.postgresTag",
        "an option of a module of yours holds the tag",
      ],
      [
        "pgladder upgrade db --to 17 --rebuild-command 'nixos-rebuild switch --flake /etc/nixos#db1'",
        "flakes",
      ],
      [
        "pgladder upgrade db --to 17 --switch manual",
        "you change it when pgladder asks",
      ],
    ),
    heading("Who makes the change"),
    text(
      "On NixOS pgladder changes the configuration if Nix confirms the change and a rebuild would change nothing else. It shows you the diff and asks. Otherwise you make the change when pgladder asks, and plan says why. With --switch nixos pgladder also accepts a place that it only read, and a host whose rebuild would change more.",
    ),
    heading("How the place is found"),
    text(
      "pgladder asks Nix first: which files belong to this host, and what its image is. Then it makes the change in a copy of the tree and asks Nix again. The result must be the new image and mount, and no other container or unit of this host may change. Nor may any other host of the flake: each is evaluated before and after, unless the changed file's path names this host. Differences that only name the path of the tree do not count. Nix runs in a unit of systemd at the lowest priority, without network. It builds nothing (import from derivation is off). Each evaluation may take three minutes, all together ten; on a terminal a line says how long it has been. The host is the flake's attribute with the machine's name, or the one that --rebuild-command names after --flake. Without a flake it is configuration.nix, with the nixpkgs of NIX_PATH.",
    ),
    text(
      "If several places are possible, pgladder tries each one on a copy. It also tries a new line for this host for each option that holds the running version, in your modules or in those of another flake. It takes the one that gives the new image.",
    ),
    text(
      "If Nix cannot answer, pgladder reads the files itself. It follows the functions of your flake that make hosts: names, imports, composed paths, mapAttrs and genAttrs. plan says that the files were only read, and why. --no-eval chooses this.",
    ),
    heading("What is changed"),
    text(
      "pgladder changes one value: the one that sets the image's version for this host. It is a tag, an image, a let or an option. It changes no other byte. The image of PostgreSQL 18 expects its volume at another path, so the mount is part of the same diff. If a module shared with other hosts sets the mount, the module stays unchanged and this host gets a list of its own. Before it writes, pgladder verifies that the file is still what plan saw and that Nix can parse the new text.",
    ),
    text(
      "Then the rebuild runs in a unit of systemd. pgladder verifies the result by checking which image the unit would start; the exit code does not count. A rollback puts the old bytes back and rebuilds. If somebody has changed the file since, it says so and waits.",
    ),
    heading("If the place is not found"),
    terms(
      ["--nix-file PATH", "the file that sets it for this host"],
      ["--nix-option NAME", "the option that holds the tag"],
      [
        "--switch manual",
        "pgladder says what to write, stops with exit code 5, and looks at resume",
      ],
      [
        "--switch command",
        "a program of yours; PGLADDER_DIRECTION says apply or undo",
      ],
    ),
    text(
      "While the database is closed a rebuild or a boot cannot start it: its unit is blocked, and its path holds a placeholder on which no image starts.",
    ),
    heading("By hand, and by pgladder"),
    terms(
      ["stop the services that write", "stop-writers"],
      ["pg_dump of one database", "dump, of all of them, and read back"],
      ["stop the container", "close"],
      ["mv VOLUME VOLUME.bak", "close, in one system call"],
      ["mkdir VOLUME", "build, beside it: VOLUME is never empty"],
      ["podman run the new version", "build, without a network"],
      ["pg_restore", "build, compared with the old one"],
      ["stop that container", "swap"],
      ["change the tag", "switch"],
      ["nixos-rebuild switch, and look", "switch, start, start-writers"],
    ),
    heading("Later"),
    typed([
      "pgladder retire-overrides --nix-option NAME --to 17 DIR",
      "once every host has 17: makes it the module's default and removes the hosts' own lines",
    ]),
    text(
      "If a host still has another version, pgladder names it and changes nothing. The same holds for a host that Nix cannot evaluate and whose files leave a doubt. --except HOST leaves a host out. --assume HOST=17 tells pgladder what a host has.",
    ),
  ],
};
