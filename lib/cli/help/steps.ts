import type { StepId } from "../../../journal/step_id.ts";
import { heading, type Page, terms, text, typed } from "./page.ts";

/** The rungs in words, for `help steps` and `help STEP`. */
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
      "both images are tagged and held, an empty new cluster is initialised; the service runs on",
    does:
      "Both images get a tag of their own and are held by an idle container each, because a prune spares what runs. Timers that prune are stopped until the end. The new cluster is initialised, empty and never started, so that the downtime need not wait for that; not in a minor upgrade.",
    back:
      "removes the tags, the containers and the new cluster, and starts the timers",
    service: "runs",
  },
  "stop-writers": {
    about: "what depends on the database is held and stopped",
    does:
      "Units that need the database, those in its pod, and those of --writers are stopped and kept from starting by a drop-in. Which of them ran is known, so the last step starts those and no others.",
    back: "lifts the holds and starts what ran",
    service: "stopped",
  },
  "close": {
    about:
      "the database is stopped, its volume put aside as VOLUME.bak; a plug stands in its place, on which no server starts",
    does:
      "The unit is held and stopped, the old cluster must be cleanly shut down, and its directory is exchanged with the plug: a directory whose PG_VERSION is a sentence, on which every postgres image refuses to start and to initialise. In a minor upgrade the volume stays where it is.",
    back:
      "puts the volume back under its name in one exchange and starts the unit",
    service: "stopped",
  },
  "dump": {
    about: "a private old server, the new version's pg_dump, read back in full",
    does:
      "The old server serves nobody but the dump, on a clone of VOLUME.bak where the file system can clone, else on VOLUME.bak itself, stopped cleanly afterwards. Every database is dumped in parallel and the dump is read back in full before it counts. It counts only as long as the old data stay exactly what they were.",
    back: "removes the dump",
    service: "stopped",
  },
  "build": {
    about: "a new cluster beside it, compared with the old one",
    does:
      "From the dump, or by pg_upgrade on a clone. Roles, databases, extensions, settings and configuration come along; statistics are gathered; then everything is compared with the old cluster. Any difference stops the step and is named. The new cluster is stopped cleanly and synced before it counts.",
    back: "removes the new cluster",
    service: "stopped",
  },
  "swap": {
    about: "the new cluster takes the plug's place, in one exchange",
    does:
      "One system call (renameat2 with RENAME_EXCHANGE): at no instant is the path missing or empty.",
    back: "exchanges them back",
    service: "stopped",
  },
  "switch": {
    about: "the configuration names the new image",
    does:
      "As --switch says: one value in your files is changed and it is rebuilt, or your command runs, or you change it and pgladder waits (exit code 5). Judged by what the unit would run then, never by an exit code.",
    back:
      "puts the bytes back, unless somebody has changed the file since: then it says so and waits",
    service: "stopped",
  },
  "start": {
    about: "the unit serves the very cluster that was built",
    does:
      "The unit is started, and what serves must be the new version on the system identifier that was built: anything else is a failure. From here on the new cluster takes rows, which a rollback would leave behind.",
    back: "holds and stops the unit",
    service: "runs",
  },
  "start-writers": {
    about: "what was stopped runs again",
    does:
      "The holds are lifted and the units that ran are started; each has to stay up for some seconds. The downtime ends.",
    back: "holds and stops them again",
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
        ["the service", service === "runs" ? "runs" : "is stopped meanwhile"],
      ),
      heading("If it fails"),
      typed(
        ["pgladder status", "why, and what state the database is in"],
        ["pgladder resume", "once the cause is mended: it is tried again"],
        ["pgladder rollback", "or back to the old version"],
      ),
    ],
  };
}

export const stepsPage: Page = {
  name: "steps",
  about: "the ladder of a major upgrade, from the ground up",
  blocks: [
    terms(
      ...IDS.map((id, index) =>
        [`${index + 1}  ${id}`, STEP_WORDS[id].about] as const
      ),
    ),
    text(
      "Every step is undone by its own way back: see pgladder help STEP, and pgladder plan for the commands. With --method pg_upgrade there is no dump; a minor upgrade has no dump, build and swap: the data stay where they are.",
    ),
  ],
};
