import type { Context, PlannedRun } from "../../run/context.ts";
import { join } from "@std/path";
import { oldInode, ownerOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";
import { requireLossConfirmed } from "../loss.ts";
import {
  announce,
  isOnlyPlaceholder,
  listEntries,
  moveIn,
  moveOut,
  newPassage,
  type Passage,
  providePlaceholder,
  readEntries,
  whereEntries,
} from "../service/entries.ts";
import { requireNobody } from "../service/in_use.ts";
import {
  isPlaceholder,
  isPlaceholderAt,
  placeholderNames,
} from "../service/placeholder.ts";
import { closeStarted } from "../service/unserved.ts";
import { handBack, isTakenOver, takeOver } from "../service/volume_root.ts";
import {
  absent,
  complete,
  isBegun,
  type Observation,
  partial,
  type Step,
  unexpected,
} from "../contract.ts";

/**
 * Puts the new cluster into a volume whose own name cannot move, entry by
 * entry. Its `PG_VERSION` takes the placeholder's place last, in one system call.
 */
export function swapWithin(run: PlannedRun): Step {
  const { names: { staging, volume }, plan } = run;
  const passage = newPassage(run);
  return {
    id: "swap",
    title: "Put the new cluster in place",
    does:
      `moves the new cluster into ${volume}, ${passage.anchor} last, in the placeholder's place`,
    wayBack: `moves it out again, ${passage.anchor} first`,
    commands: [
      `mv ${staging}/* ${volume}/`,
      `mv --exchange ${join(staging, passage.anchor)} ${
        join(volume, passage.anchor)
      }`,
    ],
    look: (context) => look(context, passage),
    async apply(context) {
      const { ports, state } = context;
      await requireNobody(context, volume);
      await requireNobody(context, staging);
      await takeOver(context);
      const entries = await listEntries(context, passage, "aside");
      const { inode } = state.steps.build.evidence;
      if (
        await anchorAt(ports, staging, passage) === inode &&
        !await isUnderWay(context, passage)
      ) await announce(context, passage, entries);
      await moveIn(context, passage, entries);
      await handBack(context, ownerOf(plan));
    },
    undo: (context) => undo(context, passage),
    evidence: ({ state }) =>
      Promise.resolve({ inode: state.steps.build.evidence.inode ?? "" }),
  };
}

async function undo(context: Context, passage: Passage) {
  const { names: { staging, volume }, plan, ports, state } = context;
  const { files } = ports;
  await closeStarted(context);
  // Looked at once more, since what is lost here was measured earlier.
  await requireLossConfirmed(context);
  await requireNobody(context, volume);
  await takeOver(context);
  const gone = await oldIsGone(context);
  if (gone !== undefined) throw new Error(gone);
  const { inode } = state.steps.build.evidence;
  if (await anchorAt(ports, volume, passage) === inode) {
    // While the new version served, its user could reach what was there. A
    // full disk has no room for another one.
    if (!await isOnlyPlaceholder(context, passage)) await files.remove(staging);
    await providePlaceholder(context, passage, ownerOf(plan));
    await requireNobody(context, volume);
  }
  await moveOut(
    context,
    passage,
    await listEntries(context, passage, "inside"),
  );
  await files.remove(passage.list);
}

/**
 * A phrase. What is in the volume is moved out as the new cluster's: whoever
 * has put the old one there would lose it.
 */
async function oldIsGone(
  { names, plan, ports, state }: Context,
): Promise<string | undefined> {
  const { oldAside } = names;
  const found = (await ports.files.look(oldAside))?.inode;
  if (found !== undefined && found === oldInode(plan, state)) return undefined;
  return `"${oldAside}" is ${
    found === undefined ? "not there" : `inode ${found}`
  }, not the old data`;
}

async function look(context: Context, passage: Passage): Promise<Observation> {
  const { anchor } = passage;
  const { names: { staging, volume }, plan, ports, state } = context;
  const { inode } = state.steps.build.evidence;
  if (state.direction === "down") {
    const gone = await oldIsGone(context);
    if (gone !== undefined) return unexpected(gone, "the old data there");
  }
  if (await anchorAt(ports, volume, passage) === inode) {
    if (isBegun(state, "switch")) {
      return complete("the new cluster is in place");
    }
    for (const name of placeholderNames(plan)) {
      if (name !== anchor && await isPlaceholderAt(context, volume, name)) {
        return partial(`"${join(volume, name)}" is still the placeholder's`);
      }
    }
    return ownerOf(plan).uid !== 0 && await isTakenOver(context)
      ? partial(`"${volume}" is not yet its server's`)
      : complete("the new cluster is in place");
  }
  if (await anchorAt(ports, staging, passage) === inode) {
    const moved = state.direction === "down"
      ? (await listEntries(context, passage, "inside")).length > 0
      : await isUnderWay(context, passage);
    if (moved) {
      return partial("some of the new cluster is in place");
    }
    if (await isPlaceholder(context, volume)) {
      return absent("the placeholder is in place", "the new cluster in place");
    }
  }
  const found = await anchorAt(ports, volume, passage);
  return unexpected(
    `"${join(volume, anchor)}" is ${
      found === undefined ? "not there" : `inode ${found}`
    }`,
    `the new cluster (inode ${inode}) or the placeholder`,
  );
}

async function isUnderWay(context: Context, passage: Passage) {
  const entries = await readEntries(context, passage);
  return (await whereEntries(context, passage, entries)).inside > 0;
}

async function anchorAt(
  { files }: Ports,
  directory: string,
  { anchor }: Passage,
) {
  return (await files.look(join(directory, anchor)))?.inode;
}
