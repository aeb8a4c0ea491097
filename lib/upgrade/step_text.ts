import { asksFirst, type Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";

/** What differs between two upgrades in what a step does. */
interface Names {
  readonly unit: string;
  readonly volume: string;
  readonly backup: string;
  readonly writers: string;
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly way: string;
  /** What becomes of the order of text on the way back. */
  readonly order: string;
}

interface StepText {
  /** In the imperative: "Close the database". */
  readonly title: string;
  readonly does: (names: Names) => string;
  readonly wayBack: (names: Names) => string;
  /** Of a minor upgrade, where it is not the same. */
  readonly minor?: Partial<Pick<StepText, "does" | "wayBack">>;
  /** Of one from a database that does not serve, where it is not the same. */
  readonly unserved?: Partial<Pick<StepText, "does" | "wayBack">>;
  /** Of one within a mount, where it is not the same. */
  readonly within?: Partial<Pick<StepText, "does" | "wayBack">>;
  /** Of a major upgrade from such a database. */
  readonly asked?: Partial<Pick<StepText, "does" | "wayBack">>;
  /** Of one from a cluster that the container has lost. */
  readonly lost?: Partial<Pick<StepText, "does" | "wayBack">>;
}

/**
 * What each step does and how it is undone, written once: `plan` and the
 * reports fill in this upgrade's names, `help` and the README general ones.
 */
const STEP_TEXTS: Readonly<Record<StepId, StepText>> = {
  "prepare": {
    title: "Secure both images",
    does: () =>
      "tags and pins both images, stops prune timers and initialises an empty new cluster; the service runs on",
    wayBack: () =>
      "removes the tags, the pins and the new cluster, and starts the timers",
    minor: {
      does: () =>
        "tags and pins both images and stops prune timers; the service runs on",
      wayBack: () => "removes the tags and the pins, and starts the timers",
    },
    unserved: {
      does: () => "tags and pins both images and stops prune timers",
    },
    within: {
      does: () =>
        "tags and pins both images and stops prune timers; the service runs on",
      wayBack: () => "removes the tags and the pins, and starts the timers",
    },
    asked: {
      does: () => "tags and pins both images and stops prune timers",
      wayBack: () => "removes the tags and the pins, and starts the timers",
    },
  },
  "stop-writers": {
    title: "Stop what writes",
    does: ({ writers }) =>
      writers === ""
        ? "nothing depends on the database, so nothing is stopped"
        : `stops and blocks ${writers}; the downtime begins`,
    unserved: { does: stopsWords },
    asked: { does: stopsWords },
    wayBack: () => "unblocks them and starts those that ran",
  },
  "close": {
    title: "Close the database",
    does: ({ backup, unit }) =>
      `stops ${unit} cleanly and blocks it from starting; its directory becomes ${backup}, and a placeholder takes its path`,
    wayBack: ({ unit }) =>
      `puts the volume back in one exchange and starts ${unit}`,
    minor: {
      does: ({ unit, volume }) =>
        `stops ${unit} cleanly and blocks it from starting; the data stay in ${volume}`,
      wayBack: ({ unit }) => `starts ${unit} with the old image`,
    },
    unserved: {
      does: ({ unit, volume }) =>
        `blocks ${unit} from starting again; the data stay in ${volume}`,
      wayBack: ({ unit }) =>
        `lets ${unit} start again, and fail, as it was found`,
    },
    asked: {
      does: ({ backup, unit }) =>
        `blocks ${unit} from starting again; its directory becomes ${backup}, and a placeholder takes its path`,
      wayBack: ({ unit }) =>
        `puts the volume back in one exchange and leaves ${unit} as it was found, not serving`,
    },
    lost: {
      does: ({ backup, unit }) =>
        `stops ${unit} cleanly and blocks it from starting; what it has served meanwhile becomes ${backup} and stays there, and a placeholder takes its path`,
      wayBack: ({ unit }) =>
        `puts the volume back in one exchange and leaves ${unit} as it was found`,
    },
  },
  "ask": {
    title: "Ask the old cluster",
    does: ({ from, source }) =>
      `where nothing has served: starts a private server of ${from} on ${source}, asks it what no file tells, runs the checks that had to wait for it, and stops it cleanly; if one refuses, all goes back`,
    wayBack: () => "forgets what it answered",
    asked: {
      does: ({ from, source }) =>
        `starts a private server of ${from} on ${source}, asks it what no file tells, runs the checks that had to wait for it, and stops it cleanly; if one refuses, all goes back`,
    },
  },
  "dump": {
    title: "Dump the old cluster",
    does: ({ from, source, to }) =>
      `starts a private server of ${from} on ${source}, dumps every database with the pg_dump of ${to}, and reads the dump back`,
    wayBack: () => "removes the dump",
  },
  "build": {
    title: "Build the new cluster",
    does: ({ way }) =>
      `fills the new cluster ${way}: roles, databases, settings, configuration, statistics; compares it with the old one`,
    wayBack: () => "removes the new cluster",
  },
  "swap": {
    title: "Put the new cluster in place",
    does: ({ volume }) =>
      `exchanges the placeholder at ${volume} with the new cluster in one system call`,
    wayBack: () => "exchanges them back",
  },
  "switch": {
    title: "Switch the configuration",
    does: () => "makes the configuration name the new image",
    wayBack: () =>
      "puts the configuration back; if somebody has changed it since, it says so and waits",
  },
  "reindex": {
    title: "Rebuild what depends on the order of text",
    does: () =>
      "rebuilds in every database each index that another version of a library has sorted, looks at it by amcheck where that is there, and notes the new versions",
    wayBack: ({ order }) => order,
  },
  "start": {
    title: "Start the database",
    does: ({ to, unit }) =>
      `starts ${unit} and verifies that ${to} serves the cluster that was built; from then on it takes rows`,
    wayBack: ({ unit }) => `stops ${unit} and blocks it from starting`,
    minor: {
      does: ({ to, unit }) => `starts ${unit} and verifies that ${to} serves`,
    },
  },
  "start-writers": {
    title: "Start what writes",
    does: ({ writers }) =>
      writers === ""
        ? "nothing was stopped, so nothing is started"
        : `starts ${writers} again; the downtime ends`,
    wayBack: () => "stops and blocks them again",
  },
};

const GENERAL: Names = {
  unit: "the database",
  volume: "VOLUME",
  backup: "VOLUME.bak",
  writers: "the units and containers that depend on the database",
  from: "the old version",
  to: "the new version",
  source: "the old data",
  way: "beside the old one",
  order: "rebuilds them by the old image's libraries",
};

/** One phrase, for who has no plan yet. */
export function summaryOf(id: StepId) {
  const { does, title, wayBack } = STEP_TEXTS[id];
  return { title, does: does(GENERAL), wayBack: wayBack(GENERAL) };
}

/** One phrase, with this upgrade's names. */
export function describeStep(id: StepId, plan: Plan) {
  const text = STEP_TEXTS[id];
  const { does, title, wayBack } = plan.method === "minor"
    ? { ...text, ...text.minor, ...plan.unserved && text.unserved }
    : {
      ...text,
      ...plan.volume.within && text.within,
      ...asksFirst(plan) && text.asked,
      ...plan.lost && text.lost,
    };
  const names = namesIn(id, plan);
  return { title, does: does(names), wayBack: wayBack(names) };
}

function namesIn(id: StepId, plan: Plan): Names {
  const { from, lost, method, to, volume } = plan;
  const old = lost === undefined
    ? "the old data"
    : `the lost data in ${lost.path}`;
  const copy = volume.reflink ? `a clone of ${old}` : old;
  return {
    unit: plan.unit,
    volume: volume.path,
    backup: plan.backup,
    writers: plan.writers
      .filter(({ active }) => active || id === "stop-writers")
      .map(({ unit }) => unit).join(", "),
    from: from.version,
    to: to.version,
    source: copy,
    way: method === "pg_upgrade"
      ? `by pg_upgrade on ${volume.reflink ? copy : `a copy of ${old}`}`
      : "from the dump",
    order: from.id === to.id
      ? "leaves them so: the image that serves sorts like that"
      : GENERAL.order,
  };
}

/** Where nothing serves, the downtime has begun before the run. */
function stopsWords({ writers }: Names): string {
  return writers === ""
    ? "nothing depends on the database, so nothing is stopped"
    : `stops and blocks ${writers}`;
}
