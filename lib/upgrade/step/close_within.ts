import { join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import { clearJob, hasJob } from "../../job/control.ts";
import { namesOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";
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
  isOpen,
  openUnit,
  requireRoomToStop,
  serviceState,
} from "../service/service.ts";
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
  type Context,
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
export function closeWithin(plan: Plan): Step {
  const { backup, volume } = namesOf(plan);
  const passage = oldPassage(plan);
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
    look: (context) => look(passage, context),
    async apply(context) {
      const { ports } = context;
      await requireRoomToStop(plan, ports);
      await noteContainer(plan, ports);
      await closeUnit(plan, ports);
      await requireMounted(plan, ports);
      if (await isPlaceholderAt(plan, ports, volume, passage.anchor)) {
        await takeOver(plan, ports);
      } else await begin(passage, context);
      await moveOut(passage, ports, await readEntries(passage, ports));
    },
    undo: ({ ports }) => undo(passage, ports),
    async evidence({ ports }) {
      const anchor = await ports.files.look(join(backup, passage.anchor));
      return await oldEvidence(plan, ports, anchor?.inode ?? "");
    },
  };
}

/** All that comes before the first move. */
async function begin(passage: Passage, context: Context) {
  const { aside, plan } = passage;
  const { ports } = context;
  const { volume } = namesOf(plan);
  await requireNobody(plan, ports, volume);
  // An earlier attempt may have taken it from its server.
  await handBack(plan, ports);
  await requireCleanStop(plan, context);
  await takeOver(plan, ports);
  await providePlaceholder(passage, ports, plan.volume);
  if (!await isOnlyPlaceholder(passage, ports)) throw notOurs(aside);
  await requireNobody(plan, ports, volume);
  const entries = await listEntries(passage, ports, "inside");
  await announce(passage, ports, entries);
}

const notOurs = (path: string) =>
  new Error(`"${path}" is not what this run made: look into it`);

async function undo(passage: Passage, ports: Ports) {
  const { anchor, aside, list, plan } = passage;
  const { files } = ports;
  const { placeholder, volume, work } = namesOf(plan);
  await clearJob(plan, ports, "close");
  await requireMounted(plan, ports);
  let left: Entries = [];
  if (await isPlaceholderAt(plan, ports, volume, anchor)) {
    await requireNobody(plan, ports, aside);
    await takeOver(plan, ports);
    // What is there now: a private server has replaced some of it.
    left = await listEntries(passage, ports, "aside");
  }
  if (await files.look(aside) !== undefined) {
    await moveIn(passage, ports, left);
    if (!await isOnlyPlaceholder(passage, ports)) throw notOurs(aside);
    await files.remove(placeholder);
    await files.rename(aside, placeholder);
  }
  await files.remove(work);
  await handBack(plan, ports);
  await files.remove(list);
  await openUnit(plan, ports, plan.from);
}

async function requireMounted(plan: Plan, ports: Ports) {
  const wrong = await notMounted(plan, ports);
  if (wrong !== undefined) throw new Error(wrong);
}

async function look(passage: Passage, context: Context): Promise<Observation> {
  const { anchor, aside, plan } = passage;
  const { state, ports } = context;
  const { volume } = namesOf(plan);
  const wrong = await notMounted(plan, ports);
  if (wrong !== undefined) {
    return unexpected(wrong, `the volume (inode ${plan.volume.inode}) there`);
  }
  const isClosed = await isPlaceholderAt(plan, ports, volume, anchor);
  if (!isClosed && !isBegun(state, "swap")) {
    return await lookInPlace(passage, context);
  }
  const entries = await readEntries(passage, ports);
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
  const strangers = await describeStrangers(plan, ports, aside);
  if (strangers !== undefined) {
    return unexpected(
      strangers,
      "nobody at work on the old data: stop it first",
    );
  }
  if (isBegun(state, "switch")) return complete("the old data are put aside");
  if (!isBegun(state, "swap")) {
    const unfinished = await lookAtMoves(passage, context, entries);
    if (unfinished !== undefined) return unfinished;
  }
  const { blocked, stopped } = await serviceState(plan, ports);
  return blocked && stopped
    ? complete("the service is stopped, its data are put aside")
    : partial(`${plan.unit} is not held or not stopped`);
}

/** The old cluster's anchor is where it was. */
async function lookInPlace(
  passage: Passage,
  { state, ports }: Context,
): Promise<Observation> {
  const { anchor, aside, plan } = passage;
  const { files } = ports;
  const { volume, work } = namesOf(plan);
  const status = state.steps.close;
  const found = (await files.look(join(volume, anchor)))?.inode;
  const entries = await readEntries(passage, ports);
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
    !await hasJob(plan, ports, "close");
  return clean && await isOpen(plan, ports, plan.from)
    ? absent("the service is in place")
    : partial("not yet closed");
}

/** Between the first move and the last, one way or the other. */
async function lookAtMoves(
  passage: Passage,
  { state, ports }: Context,
  entries: Entries,
): Promise<Observation | undefined> {
  const { plan } = passage;
  const { volume } = namesOf(plan);
  if (!await isPlaceholder(plan, ports, volume)) {
    return unexpected(
      `"${volume}" has not all of the placeholder`,
      `the placeholder of run ${plan.run} there`,
    );
  }
  if (await hasServer(plan, ports, volume)) {
    return unexpected(
      `a server is at work in "${volume}"`,
      "nobody at work on the old data: stop it first",
    );
  }
  const { inside, lost } = await whereEntries(passage, ports, entries);
  if (inside > 0) return partial(`${inside} entries are yet to be moved`);
  // Once the step was done a private server may have changed them.
  if (lost !== undefined && state.steps.close.status !== "done") {
    return state.direction === "down"
      ? undefined
      : unexpected(`"${lost}" is gone`, "what was in the volume");
  }
  return await isTakenOver(plan, ports)
    ? undefined
    : partial(`"${volume}" belongs to its server`);
}
