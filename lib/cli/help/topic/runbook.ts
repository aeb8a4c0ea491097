import { heading, type Page, terms, text, typed } from "../page.ts";

/** The night of the upgrade, from the first look to the last word. */
export const runbook: Page = {
  name: "runbook",
  about: "an upgrade from the first look to the last word",
  blocks: [
    heading("Days before"),
    typed(
      ["pgladder plan db --to 17", "until no check refuses; changes nothing"],
    ),
    text(
      "Read what it says: which units it stops, when the downtime begins, how much room it needs, and what cannot come along. The image is pulled by then.",
    ),
    heading("The night itself, as root on the host"),
    typed(
      ["pgladder upgrade db --to 17", "asks once, then climbs"],
      ["pgladder status db --follow", "on another terminal, if you like"],
    ),
    text(
      "A lost connection harms nothing. With --detach it goes on in a unit of systemd from the start. Exit code 5 means that the configuration is yours to change: do what it says, then pgladder resume.",
    ),
    heading("Something went wrong"),
    typed(
      ["pgladder status db", "what happened, what is safe, what to type"],
      ["pgladder resume db", "once the cause is mended"],
      ["pgladder rollback db", "or back to the old version"],
      ["pgladder bundle db", "for a bug report: one file, without secrets"],
    ),
    heading("Days after"),
    typed(
      ["pgladder report db --output upgrade.html", "for the change ticket"],
      ["pgladder commit db", "removes the old data; no way back from there"],
    ),
    heading("What it replaces"),
    terms(
      [
        "pg_dump by hand",
        "steps dump and build: every database, roles and settings too, compared",
      ],
      [
        "mv VOLUME VOLUME.bak",
        "step close: and a plug stays, so that nothing empty is ever served",
      ],
      [
        "pg_restore",
        "step build, in a container that outlives your connection",
      ],
      ["change the tag", "step switch, by --switch, or you do it"],
      ["undo it all by hand", "pgladder rollback"],
    ),
  ],
};
