import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import { asksFirst } from "../../../journal/plan.ts";
import { join } from "@std/path";
import { clearJob, hasJob } from "../../job/control.ts";
import { noteContainer } from "../service/container_record.ts";
import {
  announce,
  type Entries,
  isOnlyPlaceholder,
  listEntries,
  moveIn,
  moveOut,
  oldPassage,
  type Passage,
  providePlaceholder,
  readEntries,
  whereEntries,
} from "../service/entries.ts";
import {
  describeStrangers,
  hasServer,
  requireNobody,
} from "../service/in_use.ts";
import { isPlaceholder, isPlaceholderAt } from "../service/placeholder.ts";
import {
  closeUnit,
  requireRoomToStop,
  serviceState,
} from "../service/service.ts";
import { isOpenAsFound, openAsFound } from "../service/unserved.ts";
import { stopCommand } from "../service/supervisor.ts";
import { oldEvidence, requireCleanStop } from "./close.ts";
import {
  handBack,
  isOwner,
  isTakenOver,
  notMounted,
  takeOver,
} from "../service/volume_root.ts";
import {
  absent,
  complete,
  isBegun,
  isPending,
  type Observation,
  partial,
  type Step,
  unexpected,
} from "../contract.ts";

/**
 * Stops the database cleanly and puts its data aside within the volume, whose
 * own name cannot move. The placeholder's `PG_VERSION` takes the place of the
 * cluster's own first, in one system call: from there on nothing that starts
 * can serve or initialise anything there.
 */
export function closeWithin(run: PlannedRun): Step {
  const { names: { backup, volume }, plan } = run;
  const passage = oldPassage(run);
  const closed = join(volume, passage.anchor);
  return {
    id: "close",
    title: "Close the database",
    does:
      `stops ${plan.unit} cleanly, keeps it from starting, moves what is in ${volume} into ${backup}, ${passage.anchor} first`,
    wayBack: "moves it back and starts the unit",
    commands: [
      stopCommand(plan),
      `chown root: ${volume}; chmod 755 ${volume}`,
      `mv --exchange ${closed} ${join(backup, passage.anchor)}`,
      `mv ${volume}/* ${backup}/`,
    ],
    look: (context) => look(context, passage),
    async apply(context) {
      await requireRoomToStop(context);
      await noteContainer(context);
      await closeUnit(context);
      await requireMounted(context);
      if (await isPlaceholderAt(context, volume, passage.anchor)) {
        await takeOver(context);
      } else if (isBegun(context.state, "swap")) {
        // The new cluster's has its place: there was but the unit to be closed.
        return;
      } else await begin(context, passage);
      await moveOut(context, passage, await readEntries(context, passage));
    },
    undo: (context) => undo(context, passage),
    async evidence(context) {
      const { ports } = context;
      const anchor = await ports.files.look(join(backup, passage.anchor));
      return await oldEvidence(context, anchor?.inode ?? "");
    },
  };
}

/** All that comes before the first move. */
async function begin(context: Context, passage: Passage) {
  const { names: { volume }, plan } = context;
  await requireNobody(context, volume);
  // An earlier attempt may have taken it from its server.
  await handBack(context);
  if (!asksFirst(plan)) await requireCleanStop(context);
  await takeOver(context);
  await providePlaceholder(context, passage, plan.volume);
  if (!await isOnlyPlaceholder(context, passage)) {
    throw notOurs(passage.aside);
  }
  await requireNobody(context, volume);
  const entries = await listEntries(context, passage, "inside");
  await announce(context, passage, entries);
}

const notOurs = (path: string) =>
  new Error(`"${path}" is not what this run made: look into it`);

async function undo(context: Context, passage: Passage) {
  const { anchor, aside, list } = passage;
  const { names, ports: { files } } = context;
  const { placeholder, volume, work } = names;
  await clearJob(context, "close");
  await requireMounted(context);
  let left: Entries = [];
  if (await isPlaceholderAt(context, volume, anchor)) {
    await requireNobody(context, aside);
    await takeOver(context);
    // What is there now: a private server has replaced some of it.
    left = await listEntries(context, passage, "aside");
  }
  if (await files.look(aside) !== undefined) {
    await moveIn(context, passage, left);
    if (!await isOnlyPlaceholder(context, passage)) throw notOurs(aside);
    await files.remove(placeholder);
    await files.rename(aside, placeholder);
  }
  await files.remove(work);
  await handBack(context);
  await files.remove(list);
  await openAsFound(context);
}

async function requireMounted(context: RunContext) {
  const wrong = await notMounted(context);
  if (wrong !== undefined) throw new Error(wrong);
}

async function look(context: Context, passage: Passage): Promise<Observation> {
  const { anchor, aside } = passage;
  const { names: { volume }, plan, ports, state } = context;
  const wrong = await notMounted(context);
  if (wrong !== undefined) {
    return unexpected(wrong, `the volume (inode ${plan.volume.inode}) there`);
  }
  const isClosed = await isPlaceholderAt(context, volume, anchor);
  if (!isClosed && !isBegun(state, "swap")) {
    return await lookInPlace(context, passage);
  }
  const entries = await readEntries(context, passage);
  const wanted = state.steps.close.evidence.inode ??
    entries.find(({ name }) => name === anchor)?.inode;
  const found = (await ports.files.look(join(aside, anchor)))?.inode;
  if (found === undefined || found !== wanted) {
    return unexpected(
      `"${join(aside, anchor)}" is ${
        found === undefined ? "not there" : `inode ${found}`
      }`,
      `the old data (inode ${wanted}) there`,
    );
  }
  const strangers = await describeStrangers(context, aside);
  if (strangers !== undefined) {
    return unexpected(
      strangers,
      "no other process on the old data; stop it first",
    );
  }
  if (isBegun(state, "switch")) return complete("the old data are put aside");
  if (!isBegun(state, "swap")) {
    const unfinished = await lookAtMoves(context, passage, entries);
    if (unfinished !== undefined) return unfinished;
  }
  const { blocked, stopped } = await serviceState(context);
  return blocked && stopped
    ? complete("the service is stopped, its data are put aside")
    : partial(`${plan.unit} is not blocked or not stopped`);
}

/** The old cluster's anchor is where it was. */
async function lookInPlace(
  context: Context,
  passage: Passage,
): Promise<Observation> {
  const { anchor, aside } = passage;
  const { names: { volume, work }, plan, ports: { files }, state } = context;
  const status = state.steps.close;
  const found = (await files.look(join(volume, anchor)))?.inode;
  const entries = await readEntries(context, passage);
  const wanted = entries.find(({ name }) => name === anchor)?.inode;
  if (found === undefined) {
    return unexpected(`"${join(volume, anchor)}" is not there`, "the old data");
  }
  if (isPending(status)) return absent("the service is in place");
  if (status.status === "done") {
    return unexpected(
      `there is no placeholder at "${join(volume, anchor)}"`,
      `the placeholder of run ${plan.run} there`,
    );
  }
  if (
    wanted !== undefined && found !== wanted &&
    await files.look(aside) !== undefined
  ) {
    return unexpected(
      `"${join(volume, anchor)}" is inode ${found}`,
      `the old data (inode ${wanted}) there`,
    );
  }
  const owner = (await files.look(volume))?.owner;
  const clean = owner !== undefined && isOwner(owner, plan.volume) &&
    await files.look(aside) === undefined &&
    await files.look(work) === undefined &&
    await files.look(passage.list) === undefined &&
    !await hasJob(context, "close");
  return clean && await isOpenAsFound(context)
    ? absent("the service is in place")
    : partial("not yet closed");
}

/** Between the first move and the last, one way or the other. */
async function lookAtMoves(
  context: Context,
  passage: Passage,
  entries: Entries,
): Promise<Observation | undefined> {
  const { names: { volume }, plan, state } = context;
  if (!await isPlaceholder(context, volume)) {
    return unexpected(
      `"${volume}" has not all of the placeholder`,
      `the placeholder of run ${plan.run} there`,
    );
  }
  if (await hasServer(context, volume)) {
    return unexpected(
      `a server is at work in "${volume}"`,
      "no other process on the old data; stop it first",
    );
  }
  const { inside, lost } = await whereEntries(context, passage, entries);
  if (inside > 0) return partial(`${inside} entries are yet to be moved`);
  // Once the step was done a private server may have changed them.
  if (lost !== undefined && state.steps.close.status !== "done") {
    return state.direction === "down"
      ? undefined
      : unexpected(`"${lost}" is gone`, "what was in the volume");
  }
  return await isTakenOver(context)
    ? undefined
    : partial(`"${volume}" belongs to its server`);
}
