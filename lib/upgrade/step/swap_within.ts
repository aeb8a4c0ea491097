import { join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import { namesOf, oldInode, ownerOf } from "../../run/paths.ts";
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
import { handBack, isTakenOver, takeOver } from "../service/volume_root.ts";
import {
  absent,
  complete,
  type Context,
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
export function swapWithin(plan: Plan): Step {
  const { staging, volume } = namesOf(plan);
  const passage = newPassage(plan);
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
    look: (context) => look(passage, context),
    async apply({ ports, state }) {
      await requireNobody(plan, ports, volume);
      await requireNobody(plan, ports, staging);
      await takeOver(plan, ports);
      const entries = await listEntries(passage, ports, "aside");
      const { inode } = state.steps.build.evidence;
      if (
        await anchorAt(ports, staging, passage) === inode &&
        !await isUnderWay(passage, ports)
      ) await announce(passage, ports, entries);
      await moveIn(passage, ports, entries);
      await handBack(plan, ports, ownerOf(plan));
    },
    undo: (context) => undo(passage, context),
    evidence: ({ state }) =>
      Promise.resolve({ inode: state.steps.build.evidence.inode ?? "" }),
  };
}

async function undo(passage: Passage, context: Context) {
  const { plan } = passage;
  const { state, ports } = context;
  const { files } = ports;
  const { staging, volume } = namesOf(plan);
  // Looked at once more, since what is lost here was measured earlier.
  await requireLossConfirmed(plan, context);
  await requireNobody(plan, ports, volume);
  await takeOver(plan, ports);
  const gone = await oldIsGone(plan, context);
  if (gone !== undefined) throw new Error(gone);
  const { inode } = state.steps.build.evidence;
  if (await anchorAt(ports, volume, passage) === inode) {
    // While the new version served, its user could reach what was there. A
    // full disk has no room for another one.
    if (!await isOnlyPlaceholder(passage, ports)) await files.remove(staging);
    await providePlaceholder(passage, ports, ownerOf(plan));
    await requireNobody(plan, ports, volume);
  }
  await moveOut(passage, ports, await listEntries(passage, ports, "inside"));
  await files.remove(passage.list);
}

/**
 * A phrase. What is in the volume is moved out as the new cluster's: whoever
 * has put the old one there would lose it.
 */
async function oldIsGone(
  plan: Plan,
  { state, ports }: Context,
): Promise<string | undefined> {
  const { oldAside } = namesOf(plan);
  const found = (await ports.files.look(oldAside))?.inode;
  if (found !== undefined && found === oldInode(plan, state)) return undefined;
  return `"${oldAside}" is ${
    found === undefined ? "not there" : `inode ${found}`
  }, not the old data`;
}

async function look(
  passage: Passage,
  context: Context,
): Promise<Observation> {
  const { state, ports } = context;
  const { anchor, plan } = passage;
  const { staging, volume } = namesOf(plan);
  const { inode } = state.steps.build.evidence;
  if (state.direction === "down") {
    const gone = await oldIsGone(plan, context);
    if (gone !== undefined) return unexpected(gone, "the old data there");
  }
  if (await anchorAt(ports, volume, passage) === inode) {
    if (isBegun(state, "switch")) {
      return complete("the new cluster is in place");
    }
    for (const name of placeholderNames(plan)) {
      if (name !== anchor && await isPlaceholderAt(plan, ports, volume, name)) {
        return partial(`"${join(volume, name)}" is still the placeholder's`);
      }
    }
    return ownerOf(plan).uid !== 0 && await isTakenOver(plan, ports)
      ? partial(`"${volume}" is not yet its server's`)
      : complete("the new cluster is in place");
  }
  if (await anchorAt(ports, staging, passage) === inode) {
    const moved = state.direction === "down"
      ? (await listEntries(passage, ports, "inside")).length > 0
      : await isUnderWay(passage, ports);
    if (moved) {
      return partial("some of the new cluster is in place");
    }
    if (await isPlaceholder(plan, ports, volume)) {
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

async function isUnderWay(passage: Passage, ports: Ports): Promise<boolean> {
  const entries = await readEntries(passage, ports);
  return (await whereEntries(passage, ports, entries)).inside > 0;
}

async function anchorAt(
  { files }: Ports,
  directory: string,
  { anchor }: Passage,
) {
  return (await files.look(join(directory, anchor)))?.inode;
}
