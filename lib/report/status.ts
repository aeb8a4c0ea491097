import type { Entry } from "../../journal/fact.ts";
import { isComplete, ladderOf, type State } from "../../journal/fold.ts";
import { asConfigured, asksFirst, type Image } from "../../journal/plan.ts";
import { type LadderStatus, ladderStatusOf } from "./step_status.ts";
import type { Context } from "../run/context.ts";
import { anchorOf, oldInode } from "../run/paths.ts";
import {
  oldPassage,
  readEntries,
  whereEntries,
} from "../upgrade/service/entries.ts";
import { serversIn } from "../upgrade/service/in_use.ts";
import {
  isPlaceholder,
  isPlaceholderAt,
} from "../upgrade/service/placeholder.ts";
import { servedImage } from "../upgrade/service/unserved.ts";
import { isBegun } from "../upgrade/contract.ts";
import { type Rollback, rollbackOf } from "./rollback_preview.ts";

/** `status --json`: fields are added, never renamed. */
export interface Status extends LadderStatus {
  /** The words that began the run. */
  readonly asked: readonly string[];
  /** Some process is at work on it; only where that was looked at. */
  readonly "at_work"?: boolean;
  /** It serves, or is at work; only where that was looked at. */
  readonly well?: boolean;
  readonly state:
    | "open"
    | "waiting"
    | "turned-back"
    | "committing"
    | "upgraded"
    | "rolled-back"
    | "committed";
  readonly from: { image: string; version: string };
  readonly to: { image: string; version: string };
  readonly method: string;
  readonly database: {
    /** A server is at work on the volume. */
    readonly serving: boolean;
    readonly version?: string;
    readonly volume: string;
    /** What the run keeps beside them: the old data, or the aborted new ones. */
    readonly kept?: string;
    /** One sentence for a person. */
    readonly words: string;
  };
  readonly rollback: Rollback;
  readonly next: readonly string[];
  readonly message: string;
  /** After the upgrade: configuration, container and volume do not agree. */
  readonly disagreements?: readonly { found: string; remedy: string }[];
  readonly journal: string;
  readonly log: string;
}

/** Neither the runtime nor systemd need to work for it. */
type Seen = Context<"files" | "clusters">;

/** Where the run stands, by its journal and by what the disk shows. */
export async function statusOf(
  seen: Seen,
  entries: readonly Entry[],
  journal: string,
): Promise<Status> {
  const database = await databaseOf(seen);
  const context = ledOn(seen, database);
  const { names, plan, state } = context;
  const overall = overallOf(state);
  const failed = ladderOf(state).find((id) => state.steps[id].message !== "");
  return {
    ...await ladderStatusOf(context, entries),
    asked: plan.asked,
    state: overall,
    from: { image: plan.from.reference, version: plan.from.version },
    to: { image: plan.to.reference, version: plan.to.version },
    method: plan.method,
    database: inTheEnd(context, database),
    rollback: await rollbackOf(context),
    next: nextOf(context, overall, await isThere(context)),
    message: state.waiting?.ask ??
      (failed === undefined ? "" : `${failed}: ${state.steps[failed].message}`),
    journal,
    log: state.closed === undefined ? names.jobs : "removed",
  };
}

export function overallOf(state: State): Status["state"] {
  if (state.closed !== undefined) return state.closed;
  if (state.committing) return "committing";
  if (state.waiting !== undefined) return "waiting";
  if (state.direction === "down") return "turned-back";
  return isComplete(state) ? "upgraded" : "open";
}

async function databaseOf(context: Seen): Promise<Status["database"]> {
  const { names, plan, ports: { clusters } } = context;
  const serving = (await serversIn(context, names.volume)).length > 0;
  const word = serving ? "serves" : "does not serve";
  const place = await placeOf(context);
  const kept = await keptBeside(context, place.volume);
  if (place.moving) {
    return {
      serving,
      volume: place.volume,
      words:
        `PostgreSQL ${plan.from.version} does not serve, it is being moved between ${place.volume} and ${plan.backup} within it; no row is lost`,
    };
  }
  const cluster = place.there
    ? await clusters.look(`${place.volume}/${place.image.cluster}`)
    : undefined;
  if (cluster === undefined) {
    return {
      serving,
      volume: place.volume,
      ...kept,
      words:
        `the data that belong in ${place.volume} cannot be seen there: look before you move anything`,
    };
  }
  const closed = place.volume === names.source
    ? `, it is closed; all rows are in ${names.source}`
    : `, it is in ${place.volume}`;
  return {
    serving,
    version: cluster.version,
    volume: place.volume,
    ...kept,
    words: `PostgreSQL ${cluster.version} ${word}${closed}`,
  };
}

/** Once the way back is done nothing but the old version serves these data. */
function ledOn(seen: Seen, { serving }: Status["database"]): Seen {
  const { state } = seen;
  return serving && state.closed !== undefined
    ? { ...seen, state: { ...state, toOld: undefined } }
    : seen;
}

/** Where the way back ends the version of the data is to serve them. */
function inTheEnd(
  { plan, state }: Seen,
  database: Status["database"],
): Status["database"] {
  return state.toOld === undefined ? database : {
    ...database,
    words:
      `${database.words}; in the end PostgreSQL ${plan.from.version} is to serve them (--to-old)`,
  };
}

interface Place {
  readonly image: Image;
  readonly volume: string;
  readonly there: boolean;
  /** Some of it is in the volume, and some aside. */
  readonly moving?: boolean;
}

/** Which data count now, where they belong, and whether they are there. */
async function placeOf(context: Seen): Promise<Place> {
  const { names, plan, ports: { files }, state } = context;
  const { backup, source, volume } = names;
  if (plan.volume.within) return await placeWithin(context);
  const inode = (await files.look(volume))?.inode;
  const lost = plan.lost !== undefined &&
    (await files.look(source))?.inode === plan.lost.inode;
  if (inode === plan.volume.inode) {
    // Nobody had served what its container has mounted, if there is a cluster.
    if (plan.lost?.serves === false) {
      return { image: plan.from, volume: source, there: lost };
    }
    // What cannot read the data has another place for them.
    const image = plan.lost !== undefined
      ? asConfigured(plan).from
      : plan.unserved !== undefined && !asksFirst(plan)
      ? plan.to
      : plan.from;
    return { image, volume, there: true };
  }
  if (inode !== undefined && inode === state.steps.build.evidence.inode) {
    return { image: plan.to, volume, there: true };
  }
  // Once the new data were put there, only the placeholder says that the old ones
  // count: these may have fewer rows.
  if (
    isBegun(state, "swap") &&
    !await isPlaceholder(context, volume)
  ) return { image: plan.to, volume, there: false };
  const there = (await files.look(backup))?.inode === plan.volume.inode &&
    (plan.lost === undefined || lost);
  return { image: plan.from, volume: source, there };
}

/** The same where the volume's own name cannot move. */
async function placeWithin(context: Seen): Promise<Place> {
  const { names, plan, ports: { files }, state } = context;
  const { backup, newInVolume, oldAside, volume } = names;
  const isClosed = ({ cluster }: Image) =>
    isPlaceholderAt(context, volume, anchorOf({ cluster }));
  const built = state.steps.build.evidence.inode;
  const isSwapping = isBegun(state, "swap");
  if (
    built !== undefined && (await files.look(newInVolume))?.inode === built
  ) return { image: plan.to, volume, there: true };
  if (!isSwapping && !await isClosed(plan.from)) {
    return { image: plan.from, volume, there: true };
  }
  if (isSwapping && !await isClosed(plan.to)) {
    return { image: plan.to, volume, there: false };
  }
  const passage = oldPassage(context);
  const entries = await readEntries(context, passage);
  if ((await whereEntries(context, passage, entries)).inside > 0) {
    return { image: plan.from, volume, there: true, moving: true };
  }
  const wanted = oldInode(plan, state) ??
    entries.find(({ name }) => name === passage.anchor)?.inode;
  const there = (await files.look(oldAside))?.inode === wanted;
  return { image: plan.from, volume: backup, there };
}

/** What a rollback kept, or what an interrupted commit has left of it. */
async function isThere({ names, ports: { files } }: Seen): Promise<boolean> {
  for (const path of [names.aborted, names.discard]) {
    if (await files.look(path) !== undefined) return true;
  }
  return false;
}

async function keptBeside(
  { names, plan, ports: { files }, state }: Seen,
  volume: string,
) {
  if (volume === plan.backup) return {};
  const { inode } = await files.look(names.oldAside) ?? {};
  if (inode !== undefined && inode === oldInode(plan, state)) {
    return { kept: plan.backup };
  }
  return await files.look(plan.aborted) === undefined
    ? {}
    : { kept: plan.aborted };
}

function nextOf(
  { plan, state }: Pick<Seen, "plan" | "state">,
  overall: Status["state"],
  keptAborted: boolean,
): readonly string[] {
  const name = plan.container;
  const toOld = state.toOld && [`pgladder rollback ${name} --to-old`];
  switch (overall) {
    case "open":
      return [`pgladder resume ${name}`, `pgladder rollback ${name}`];
    case "waiting":
      return toOld ?? [`pgladder resume ${name}`, `pgladder rollback ${name}`];
    case "turned-back":
      return toOld ?? [`pgladder resume ${name}`];
    case "upgraded":
    case "committing":
      return [
        `pgladder commit ${name}`,
        ...(overall === "upgraded" ? [`pgladder rollback ${name}`] : []),
      ];
    case "rolled-back":
      return [
        ...toOld ?? [],
        ...keptAborted ? [`pgladder commit ${name}`] : [],
        // It is where it was: somebody still has to see to it.
        ...servedImage(plan) === undefined && toOld === undefined
          ? [`pgladder status ${name}`]
          : [],
      ];
    case "committed":
      return [];
  }
}
