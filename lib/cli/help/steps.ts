import { type StepId, stepsOf } from "../../../journal/step_id.ts";
import { summaryOf } from "../../upgrade/step_text.ts";
import { heading, type Page, terms, text, typed } from "./page.ts";

/** What `help STEP` says beyond the one phrase that `plan` has as well. */
interface StepWords {
  /** How it does it, and why so. */
  readonly why: string;
  readonly service: "runs" | "stopped";
}

export const STEP_WORDS: Readonly<Record<StepId, StepWords>> = {
  "prepare": {
    why:
      "Both images get a tag of their own and an idle container each, because a prune spares what runs. Timers that prune are stopped until the end. The new cluster is initialised now, empty and never started, so the downtime does not wait for it. A minor upgrade needs no new cluster. If the volume is a mount point, the live server could reach it there, so the step build creates it instead.",
    service: "runs",
  },
  "stop-writers": {
    why:
      "Units that need the database, units in its pod, and those of --writers are stopped, and a drop-in keeps them from starting. Containers that no unit runs are stopped if they depend on it in its compose project or are connected to it, and their restart policy is removed. The plan records which of them ran, so the last step starts those and no others.",
    service: "stopped",
  },
  "close": {
    why:
      "The unit is blocked from starting and stopped, and the old cluster must be cleanly shut down. Then its directory is exchanged with the placeholder: a directory whose PG_VERSION is a sentence, so every postgres image refuses to start on it and to initialise it. In a minor upgrade the volume stays where it is. A mount point cannot be renamed: its root becomes root's, PG_VERSION is exchanged with the placeholder's, then the other entries move into VOLUME/pgladder-RUN.bak.",
    service: "stopped",
  },
  "ask": {
    why:
      "Only where nothing served the database when the plan was made: then nobody could be asked what it holds. A private server of the old version is started on a clone of VOLUME.bak where the file system can clone, else on VOLUME.bak itself, and is stopped cleanly afterwards. It recovers what was not shut down. All checks that need its answers run now. If one refuses, or the server says that it cannot start on the data, the run goes back by itself to what was found (exit code 3); on a clone not a byte of the data is changed by then. If the job fails otherwise, such as for want of space, the run stops there.",
    service: "stopped",
  },
  "dump": {
    why:
      "The old server serves only the dump. It runs on a clone of VOLUME.bak where the file system can clone, else on VOLUME.bak itself, and is stopped cleanly afterwards. Every database is dumped in parallel with the new version's pg_dump, and the whole dump is read back before it counts. It counts only while the old data stay exactly as they were.",
    service: "stopped",
  },
  "build": {
    why:
      "The new cluster is filled from the dump, or by pg_upgrade on a clone. Roles, databases, extensions, settings and configuration come along, and statistics are gathered. Then everything is compared with the old cluster. Any difference stops the step and is named. The new cluster is stopped cleanly and synced before it counts.",
    service: "stopped",
  },
  "swap": {
    why:
      "The call is renameat2 with RENAME_EXCHANGE: the path is never missing and never empty. Within a mount point the entries move in one after the other, and PG_VERSION last, by that call. Until then nothing starts there.",
    service: "stopped",
  },
  "switch": {
    why:
      "--switch says how. pgladder changes one value in your files and rebuilds, or runs your command, or waits until you have changed it (exit code 5). pgladder verifies the result by checking which image the unit would start.",
    service: "stopped",
  },
  "reindex": {
    why:
      "Another C library, or another ICU, may sort text differently: an index that was sorted before then misses rows and lets duplicates in. A private server of the new image rebuilds those indexes and no others. Where a unique index has let duplicates in already, the run waits (exit code 5) with that server open for you: you keep the right rows, and resume goes on. Rows that belong into another partition now, and materialized views, are named. A rollback rebuilds the same indexes by the old image.",
    service: "stopped",
  },
  "start": {
    why:
      "The unit is started. It must serve the new version with the system identifier of the cluster that was built; anything else is a failure. From here on the new cluster takes rows, which a rollback would leave behind.",
    service: "runs",
  },
  "start-writers": {
    why:
      "The start blocks are removed and the units that ran are started. Each has to stay up for some seconds. The downtime ends.",
    service: "runs",
  },
};

export const isStep = (name: string): name is StepId =>
  Object.hasOwn(STEP_WORDS, name);

export function stepPage(id: StepId): Page {
  const { service, why } = STEP_WORDS[id];
  const { does, wayBack } = summaryOf(id);
  return {
    name: id,
    about: does,
    blocks: [
      text(why),
      terms(
        ["the way back", wayBack],
        [
          "the service",
          service === "runs" ? "runs" : "is stopped during this step",
        ],
      ),
      heading("If it fails"),
      typed(
        ["pgladder status db", "why, and what state the database is in"],
        [
          "pgladder resume db",
          "after you fixed the cause: tries the step again",
        ],
        ["pgladder rollback db", "goes back to the old version"],
      ),
    ],
  };
}

export const stepsPage: Page = {
  name: "steps",
  about: "the steps of a major upgrade, in order",
  blocks: [
    terms(
      ...stepsOf("dump").map((id, index) =>
        [`${index + 1}  ${id}`, summaryOf(id).does] as const
      ),
    ),
    text(
      "A database that does not serve has one step more, ask, after close: a private server of the old version tells what no file does. See pgladder help ask.",
    ),
    text(
      "A rollback undoes each step: see pgladder help STEP, and pgladder plan for the commands. With --method pg_upgrade there is no dump. A minor upgrade has no dump, build and swap, because the data stay where they are; where the new image sorts text otherwise it has one more step before the switch, reindex.",
    ),
  ],
};
