import { heading, type Page, terms, text, typed } from "../page.ts";

export const nixos: Page = {
  name: "nixos",
  about: "hosts that run NixOS, with oci-containers or modules of their own",
  blocks: [
    heading("Examples"),
    typed(
      ["pgladder plan db --to 17 --switch nixos", "shows the change as a diff"],
      [
        "pgladder upgrade db --to 17 --nix-option nixfiles.pleroma.postgresTag",
        "an option of a module of yours holds the tag",
      ],
      [
        "pgladder upgrade db --to 17 --switch nixos --rebuild-command 'nixos-rebuild switch --flake /etc/nixos#db1'",
        "flakes",
      ],
      ["pgladder upgrade db --to 17", "you change it when pgladder asks"],
    ),
    heading("What is changed"),
    text(
      "The one value that makes the image's version, in the file that sets it for this host: a tag, an image, a let, an option. Not a space besides it. For 18, whose image wants its volume mounted elsewhere, the mount is part of the same diff. The file must still be what plan saw, and what is written must be Nix by Nix's own word.",
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
      "While the database is closed a rebuild or a boot cannot start it: its unit is held, and its path holds a plug on which no image starts.",
    ),
    heading("Later"),
    typed([
      "pgladder retire-overrides --nix-option NAME --to 17 DIR",
      "once every host says 17: the module's default says it, the hosts' lines go",
    ]),
  ],
};
