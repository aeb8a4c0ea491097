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
      "On NixOS pgladder does, where Nix confirms it and a rebuild would change nothing else: you see the diff and are asked. Otherwise you do, when pgladder asks, and plan says why. --switch nixos also takes what was only read, and a host whose rebuild would change more.",
    ),
    heading("How the place is found"),
    text(
      "Nix is asked first: which files this host has, what its image is, and, on a copy of the tree, what the change would make of it. The new image and the mount must be what it evaluates to, and nothing else may change among this host's containers and units. What names the path of the tree itself is left out of this. Nix runs in a unit of systemd at the lowest priority, gets no network, builds nothing (import from derivation is off), and is stopped after three minutes. The host is the flake's attribute that is called as the machine is, or as --rebuild-command has it behind --flake. Without a flake it is configuration.nix, with the nixpkgs of NIX_PATH.",
    ),
    text(
      "What reading leaves open is tried, and so is a line of this host's own for each option of your modules, or of another flake's, that has the running version: the one after which the image is the new one is taken.",
    ),
    text(
      "Where Nix cannot say, the files are read. Functions of your flake that make hosts are followed: names, imports, paths that are put together, mapAttrs and genAttrs. plan says that it was read, and why. --no-eval asks for that.",
    ),
    heading("What is changed"),
    text(
      "The one value that makes the image's version, in the file that sets it for this host: a tag, an image, a let, an option. Not a space besides it. For 18, whose image wants its volume mounted elsewhere, the mount is part of the same diff. A mount in a module that other hosts have, too, stays: this host gets a list of its own. The file must still be what plan saw, and what is written must be Nix by Nix's own word.",
    ),
    text(
      "Then the rebuild runs in a unit of systemd. Whether it did its work is judged by what the unit would run, never by its exit code. A rollback puts the bytes back and rebuilds, unless somebody has changed the file since.",
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
      "once every host says 17: the module's default says it, the hosts' lines go",
    ]),
    text(
      "A host that says something else yet is named, and nothing is changed; so is one that Nix cannot evaluate and that cannot be read for certain. --except HOST leaves one out, --assume HOST=17 is your word for it.",
    ),
  ],
};
