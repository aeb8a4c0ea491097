import { heading, type Page, terms, text, typed } from "../page.ts";

export const trouble: Page = {
  name: "trouble",
  about: "the database does not come up, or comes up empty: where to begin",
  blocks: [
    heading("Examples"),
    typed(
      ["pgladder status db", "what is wrong with db, and what to type"],
      ["pgladder status db --json", "for scripts; exit code 0: all is well"],
    ),
    text(
      "Remove nothing first: no volume, no directory, no prune, no compose down -v. pgladder status CONTAINER only reads. It says what the container is, what its configuration would run, which clusters lie where on this host with their versions, sizes and dates, whether these fit, and what to type. It works for a container that restarts for ever, is stopped, or is gone while a unit or a compose project still describes it. Where compose makes it and all of its containers are gone, type it in the directory of the compose file.",
    ),
    heading("What you see, and what it means"),
    terms(
      [
        "database files are incompatible with server",
        "The image is of another major version than the data: a tag such as latest has moved, or a file was changed. The data are as they were. pgladder upgrade db --to 16 has the old version serve them again: as every upgrade it can be resumed, and rolled back to what was found. Then pgladder upgrade db --to 17 is an upgrade like any other.",
      ],
      [
        "in 18+, these Docker images are configured to store database data …",
        "The image is PostgreSQL 18, the data are of an older version and mounted at /var/lib/postgresql/data. The same: have 17 serve again, then upgrade to 18; that moves the mount.",
      ],
      [
        "the application is empty, or asks to be set up",
        "A new cluster was made because the data were not where the image looked: a mount that moved with 18, a project with another name, a volume without a name. Stop the application. The lost cluster is in the list that status prints.",
      ],
      [
        "has a collation version mismatch",
        "The image's C library has changed below the same version of PostgreSQL, and indexes over text may be wrong. REFRESH alone hides it: rebuild the indexes first. status prints the commands.",
      ],
      [
        "Cannot find a running container",
        "Most upgrades begin from a database that runs. status says why it does not.",
      ],
      [
        "closed by pgladder",
        "An upgrade has been interrupted: pgladder status, then pgladder resume or pgladder rollback.",
      ],
    ),
  ],
};
