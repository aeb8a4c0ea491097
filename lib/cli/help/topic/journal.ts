import { heading, type Page, terms, text } from "../page.ts";

export const journal: Page = {
  name: "journal",
  about: "what is recorded, where, and what may be removed",
  blocks: [
    text(
      "The directory VOLUME.pgladder lies beside the volume. Only root may enter it. Its journal.json records which steps were started and finished: a step is recorded as started before it has an effect, and as done after the effect was verified. Each record is synced to the disk. The file is replaced whole, so nobody reads half of it, and a checksum protects it.",
    ),
    heading("What lies there"),
    terms(
      ["journal.json", "the plan, and what happened; one entry a line"],
      [
        "lock",
        "held by the pgladder process that works; it ends with that process",
      ],
      [
        "reserve",
        "4 MiB that are released when the disk is full, so that a rollback can still be recorded",
      ],
      ["job/STEP-ATTEMPT", "logs, progress and results of the step's jobs"],
      ["dump, staging", "the dump, and the new cluster while it is built"],
      ["history/RUN.json", "journals of closed runs"],
      ["history/RUN.commands", "what pgladder ran, a command a line"],
    ),
    heading("Beside it"),
    terms(
      ["VOLUME.bak", "the old data, from step close until commit"],
      ["VOLUME.aborted", "the new data that a rollback kept, until commit"],
      ["VOLUME.aborted-RUN", "the same, where an earlier one is still there"],
      [
        "VOLUME/pgladder-RUN.bak, .aborted",
        "the same of a mount point, a subvolume or a bound volume, which cannot be renamed: they lie within it",
      ],
      [
        "VOLUME/pgladder-RUN.new",
        "there, in place of VOLUME.pgladder: the dump, and the new cluster while it is built",
      ],
      [
        "/var/lib/pgladder/runs",
        "where open runs lie, to find them by name; only the journal counts",
      ],
    ),
    text(
      "Do not move or remove any of it by hand while a run is open. pgladder status says what is where, and commit removes what is no longer needed. The journal contains no password. The dump contains the roles' password hashes, because it must, and commit removes it.",
    ),
    text(
      "If the journal is damaged, or was written by a newer pgladder, every command stops with exit code 7 and touches nothing. The old data are then in VOLUME or VOLUME.bak.",
    ),
  ],
};
