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
    heading("An upgrade from a database that does not serve"),
    typed(
      [
        "pgladder plan db --to 17",
        "the old image, the data, what is not known yet",
      ],
      ["pgladder upgrade db --to 17 --from postgres:16", "names the old image"],
      ["pgladder rollback db --to-old", "goes back, and has 16 serve again"],
      [
        "pgladder upgrade db --to 18 --volume PATH",
        "a cluster that db has lost",
      ],
    ),
    text(
      "The old image is the one of --from, else that of a container that has the same data, else the same kind of image with the version of the data. What only a server knows is asked in the step ask, once the data are put aside: databases, extensions, roles and all checks on them. If a check refuses, or the old server says that it cannot start on them, the run goes back by itself to what was found (exit code 3). Where the file system of the data can clone files (XFS and btrfs mostly can; the step ask in plan says which it is) not a byte of the data is changed by then; elsewhere the old server may have recovered the data themselves. If something else fails, such as a full disk, the run stops there (exit code 4). A rollback leads back to what was found, which does not serve.",
    ),
    heading("What you see, and what it means"),
    terms(
      [
        "database files are incompatible with server",
        "The image is of another major version than the data: a tag such as latest has moved, or a file was changed. The data are as they were. If they are of 16, pgladder upgrade db --to 16 serves them by 16 again in seconds. With --switch (compose, quadlet, unit) it changes the configuration itself. Without, it says what to change and waits (exit code 5). pgladder status db prints the whole command. pgladder upgrade db --to 17 upgrades them although nothing serves: a private server of 16 is asked what they hold, and recovers them if the old server was killed. Either can be resumed, and rolled back to what was found.",
      ],
      [
        "in 18+, these Docker images are configured to store database data …",
        "The image is PostgreSQL 18, the data are of an older version and mounted at /var/lib/postgresql/data. If they are of 17, pgladder upgrade db --to 17 serves them with 17 again. pgladder upgrade db --to 18 upgrades them; with --switch compose, quadlet or unit it moves the mount, too, else it asks you to.",
      ],
      [
        "the application is empty, or asks to be set up",
        "A new cluster was made because the data were not where the image looked: a mount that moved with 18, a project with another name, a volume without a name. Stop the application. The lost cluster is in the list that status prints, with its version, size and dates, and status says what to type. pgladder upgrade db --to 18 --volume PATH upgrades the cluster in PATH into the container's own place; what it has served meanwhile is put aside, and no commit removes it. What is in PATH stays.",
      ],
      [
        "has a collation version mismatch",
        "The image's C library has changed below the same version of PostgreSQL, and indexes over text may be wrong. REFRESH alone hides it. pgladder upgrade db --to TAG with the very tag that it runs by rebuilds what depends on the order of text, and nothing else; duplicates that a wrong index has let in are shown to you first.",
      ],
      [
        "no warning, after a pull from Alpine to Debian or back",
        "Alpine's C library, musl, has no version to compare and sorts otherwise than glibc, so rows that are there are not found. status sees it by what the database was sorted by, from PostgreSQL 15 on. The same command repairs it.",
      ],
      [
        "Cannot find a running container",
        "A rehearsal, and a minor upgrade, begin from a database that runs. pgladder status db says why it does not. With compose the name is that of the container (docker ps), not of the service.",
      ],
      [
        "closed by pgladder",
        "An upgrade was interrupted. pgladder status db says where it stands. Then type pgladder resume db or pgladder rollback db.",
      ],
    ),
  ],
};
