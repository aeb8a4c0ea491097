import type { StepId } from "../../../journal/step_id.ts";
import { heading, type Page, terms, text, typed } from "./page.ts";

/** The steps as `help steps` and `help STEP` explain them. */
interface StepWords {
  readonly about: string;
  /** What it does, and why so. */
  readonly does: string;
  readonly back: string;
  readonly service: "runs" | "stopped";
}

export const STEP_WORDS: Readonly<Record<StepId, StepWords>> = {
  "prepare": {
    about:
      "secures both images and initialises an empty new cluster; the service runs on",
    does:
      "Both images get a tag of their own and an idle container each, because a prune spares what runs. Timers that prune are stopped until the end. The new cluster is initialised now, empty and never started, so the downtime does not wait for it. A minor upgrade needs none.",
    back:
      "removes the tags, the containers and the new cluster, and starts the timers",
    service: "runs",
  },
  "stop-writers": {
    about: "stops what depends on the database and keeps it from starting",
    does:
      "Units that need the database, units in its pod, and those of --writers are stopped, and a drop-in keeps them from starting. Containers that no unit runs are stopped if they depend on it in its compose project or are connected to it, and their restart policy is removed. The plan records which of them ran, so the last step starts those and no others.",
    back: "removes the start blocks and starts what ran",
    service: "stopped",
  },
  "close": {
    about:
      "stops the database; its directory becomes VOLUME.bak, and a placeholder on which no server starts takes its path",
    does:
      "The unit is blocked from starting and stopped, and the old cluster must be cleanly shut down. Then its directory is exchanged with the placeholder: a directory whose PG_VERSION is a sentence, so every postgres image refuses to start on it and to initialise it. In a minor upgrade the volume stays where it is.",
    back: "puts the volume back in one exchange and starts the unit",
    service: "stopped",
  },
  "dump": {
    about:
      "dumps every database from a private old server and reads the dump back",
    does:
      "The old server serves only the dump. It runs on a clone of VOLUME.bak where the file system can clone, else on VOLUME.bak itself, and is stopped cleanly afterwards. Every database is dumped in parallel with the new version's pg_dump, and the whole dump is read back before it counts. It counts only while the old data stay exactly as they were.",
    back: "removes the dump",
    service: "stopped",
  },
  "build": {
    about: "fills the new cluster beside it and compares it with the old one",
    does:
      "The new cluster is filled from the dump, or by pg_upgrade on a clone. Roles, databases, extensions, settings and configuration come along, and statistics are gathered. Then everything is compared with the old cluster. Any difference stops the step and is named. The new cluster is stopped cleanly and synced before it counts.",
    back: "removes the new cluster",
    service: "stopped",
  },
  "swap": {
    about: "exchanges placeholder and new cluster in one system call",
    does:
      "The call is renameat2 with RENAME_EXCHANGE: the path is never missing and never empty.",
    back: "exchanges them back",
    service: "stopped",
  },
  "switch": {
    about: "makes the configuration name the new image",
    does:
      "--switch says how. pgladder changes one value in your files and rebuilds, or runs your command, or waits until you have changed it (exit code 5). pgladder verifies the result by checking which image the unit would start.",
    back:
      "puts the bytes back; if somebody has changed the file since, it says so and waits",
    service: "stopped",
  },
  "start": {
    about:
      "starts the service and verifies that it serves the cluster that was built",
    does:
      "The unit is started. It must serve the new version with the system identifier of the cluster that was built; anything else is a failure. From here on the new cluster takes rows, which a rollback would leave behind.",
    back: "blocks the unit from starting and stops it",
    service: "runs",
  },
  "start-writers": {
    about: "starts again what was stopped",
    does:
      "The start blocks are removed and the units that ran are started. Each has to stay up for some seconds. The downtime ends.",
    back: "stops them and blocks them from starting again",
    service: "runs",
  },
};

const IDS = Object.keys(STEP_WORDS) as StepId[];

export const isStep = (name: string): name is StepId =>
  Object.hasOwn(STEP_WORDS, name);

export function stepPage(id: StepId): Page {
  const { about, back, does, service } = STEP_WORDS[id];
  return {
    name: id,
    about,
    blocks: [
      text(does),
      terms(
        ["the way back", back],
        [
          "the service",
          service === "runs" ? "runs" : "is stopped during this step",
        ],
      ),
      heading("If it fails"),
      typed(
        ["pgladder status", "why, and what state the database is in"],
        ["pgladder resume", "after you fixed the cause: tries the step again"],
        ["pgladder rollback", "goes back to the old version"],
      ),
    ],
  };
}

export const stepsPage: Page = {
  name: "steps",
  about: "the steps of a major upgrade, in order",
  blocks: [
    terms(
      ...IDS.map((id, index) =>
        [`${index + 1}  ${id}`, STEP_WORDS[id].about] as const
      ),
    ),
    text(
      "A rollback undoes each step: see pgladder help STEP, and pgladder plan for the commands. With --method pg_upgrade there is no dump. A minor upgrade has no dump, build and swap, because the data stay where they are.",
    ),
  ],
};
