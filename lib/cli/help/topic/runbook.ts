import { heading, type Page, terms, text, typed } from "../page.ts";

/** The night of the upgrade, command by command. */
export const runbook: Page = {
  name: "runbook",
  about: "an upgrade from plan to commit, command by command",
  blocks: [
    heading("Days before"),
    typed(
      [
        "pgladder plan db --to 17",
        "repeat until no check refuses; it changes nothing",
      ],
    ),
    text(
      "Read what it says: which units it stops, when the downtime begins, how much room it needs, and what cannot come along. It has pulled the new image then.",
    ),
    heading("The night itself, as root on the host"),
    typed(
      ["pgladder upgrade db --to 17", "asks once, then works"],
      ["pgladder status db --follow", "on another terminal, if you like"],
    ),
    text(
      "A lost connection does no harm. With --detach it runs in a systemd unit from the start (without systemd: in a session of its own, whose words go to a file that it names). Exit code 5 means that it waits for you, with the database stopped. Do what it says, then run pgladder resume db; or go back with pgladder rollback db.",
    ),
    heading("Something went wrong"),
    typed(
      ["pgladder status db", "what happened, what is safe, what to type"],
      ["pgladder resume db", "after you fixed the cause"],
      ["pgladder rollback db", "goes back to the old version"],
      ["pgladder bundle db", "for a bug report: one file, without secrets"],
    ),
    heading("Days after"),
    typed(
      ["pgladder report db --output upgrade.html", "for the change ticket"],
      ["pgladder commit db", "removes the old data; this cannot be undone"],
    ),
    heading("What it replaces"),
    terms(
      [
        "pg_dump by hand",
        "steps dump and build: every database, roles and settings too, compared",
      ],
      [
        "mv VOLUME VOLUME.bak",
        "step close; a placeholder stays at the path, so nothing empty is ever served",
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
