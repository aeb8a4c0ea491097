import { join } from "@std/path";
import * as v from "valibot";
import type { Image } from "../../../journal/plan.ts";
import type { PlannedRun, RunContext } from "../../run/context.ts";
import { anchorOf } from "../../run/paths.ts";
import { ENTRIES_MAX, namesWithin } from "../../run/within.ts";
import type { Files, Owner } from "../../port/files.ts";
import {
  isPlaceholderAt,
  makePlaceholder,
  placeholderNames,
} from "./placeholder.ts";
import { readJson } from "../../base/json.ts";

/**
 * The name of a mount point cannot move, so a cluster moves out of it and into
 * it entry by entry. One entry, the anchor, decides whether a server finds a
 * cluster there: its `PG_VERSION`, or the directory that holds it. On the way
 * out the anchor goes first, on the way in last, each time in one exchange with
 * the placeholder's. So the other moves need not be one: in between, nothing starts
 * and nothing initialises there. All are written down, with their inodes,
 * before the first one is made.
 */
export interface Passage {
  readonly image: Image;
  /** The directory within the volume. */
  readonly aside: string;
  readonly anchor: string;
  /** The file in our own directory that says what is to be moved. */
  readonly list: string;
}

export function oldPassage({ names, plan }: PlannedRun): Passage {
  return {
    image: plan.from,
    aside: names.backup,
    anchor: anchorOf(plan.from),
    list: names.oldEntries,
  };
}

export function newPassage({ names, plan }: PlannedRun): Passage {
  return {
    image: plan.to,
    aside: names.staging,
    anchor: anchorOf(plan.to),
    list: names.newEntries,
  };
}

const ListSchema = v.strictObject({
  run: v.string(),
  entries: v.array(v.strictObject({ name: v.string(), inode: v.string() })),
});

export type Entries = v.InferOutput<typeof ListSchema>["entries"];

/** What was written down; nothing where it is not this run's. */
export async function readEntries(
  { plan, ports: { files } }: RunContext<"files">,
  { list }: Passage,
): Promise<Entries> {
  const parsed = readJson(ListSchema, await files.readText(list));
  return parsed.success && parsed.output.run === plan.run
    ? parsed.output.entries
    : [];
}

/**
 * What is to be moved from the volume, or from the directory aside.
 *
 * @throws {Error} there is what cannot be moved; nothing was moved
 */
export async function listEntries(
  context: RunContext<"files">,
  { aside, image }: Passage,
  where: "inside" | "aside",
): Promise<Entries> {
  const { plan, ports: { files } } = context;
  const from = where === "aside" ? aside : plan.volume.path;
  const names = where === "aside"
    ? await files.list(aside) ?? []
    : await namesWithin(from, image, files, placeholderNames(plan));
  if (names.length > ENTRIES_MAX) {
    throw new Error(`"${from}" has ${names.length} entries: too many to move`);
  }
  const entries: { name: string; inode: string }[] = [];
  for (const name of names) {
    const found = await files.look(join(from, name));
    // A name that is no text reads as another one than it has.
    if (found === undefined) {
      throw new Error(`Cannot find "${name}" in "${from}" by its name`);
    }
    if (await isPlaceholderAt(context, from, name)) continue;
    entries.push({ name, inode: found.inode });
  }
  return entries;
}

/** Writes down what is to be moved, durably. */
export async function announce(
  { plan, ports: { files } }: RunContext<"files">,
  { list }: Passage,
  entries: Entries,
) {
  await files.writeText(list, JSON.stringify({ run: plan.run, entries }));
}

/** How many of those entries are in the volume, and the first that is lost. */
export async function whereEntries(
  context: RunContext<"files">,
  { aside }: Passage,
  entries: Entries,
) {
  const { plan, ports: { files } } = context;
  const volume = plan.volume.path;
  let inside = 0;
  let lost: string | undefined;
  for (const entry of entries) {
    // An inode may be another file's by now, but the placeholder's part says so.
    const isIn = await isAt(files, volume, entry) &&
      !await isPlaceholderAt(context, volume, entry.name);
    if (isIn) inside += 1;
    else if (!await isAt(files, aside, entry)) lost ??= entry.name;
  }
  return { inside, lost };
}

async function isAt(
  files: Pick<Files, "look">,
  directory: string,
  { inode, name }: Entries[number],
) {
  return (await files.look(join(directory, name)))?.inode === inode;
}

/**
 * Without it no server finds the rest: last out of a directory, and first into
 * it, but for the anchor. So nothing starts on half a cluster there, either.
 */
const VITAL = ["global", "pg_control"];

const outward = (entries: Entries, anchor: string) =>
  entries.filter(({ name }) => name !== anchor)
    .toSorted((a, b) => rank(a.name) - rank(b.name));

const rank = (name: string) => VITAL.includes(name) ? 1 : 0;

/** @throws what is to be exchanged is not there, or is another's */
async function requireAnchorAt(
  context: RunContext,
  passage: Passage,
  entries: Entries,
  directory: string,
) {
  const { anchor } = passage;
  const { files } = context.ports;
  const found = entries.find(({ name }) => name === anchor);
  if (found === undefined || !await isAt(files, directory, found)) {
    throw new Error(`"${anchor}" is not in "${directory}" as it was`);
  }
}

/** These leave the volume, the anchor first. */
export async function moveOut(
  context: RunContext,
  passage: Passage,
  entries: Entries,
) {
  const { anchor, aside } = passage;
  const { plan, ports: { files } } = context;
  const volume = plan.volume.path;
  if (!await isPlaceholderAt(context, volume, anchor)) {
    await requireAnchorAt(context, passage, entries, volume);
    for (const name of placeholderNames(plan)) {
      if (name === anchor) continue;
      if (await files.look(join(volume, name)) !== undefined) continue;
      await files.rename(join(aside, name), join(volume, name));
    }
    await requirePlaceholderAt(context, aside, anchor);
    await files.exchange(join(volume, anchor), join(aside, anchor));
    // Nothing else moves before this was seen.
    await requireAnchorAt(context, passage, entries, aside);
  }
  for (const entry of outward(entries, anchor)) {
    await carry(context, passage, entry, { from: volume, to: aside });
  }
}

/** These enter the volume, the anchor last. */
export async function moveIn(
  context: RunContext,
  passage: Passage,
  entries: Entries,
) {
  const { anchor, aside } = passage;
  const { plan, ports: { files } } = context;
  const volume = plan.volume.path;
  for (const entry of outward(entries, anchor).toReversed()) {
    await carry(context, passage, entry, { from: aside, to: volume });
  }
  if (await isPlaceholderAt(context, volume, anchor)) {
    await requireAnchorAt(context, passage, entries, aside);
    await files.exchange(join(aside, anchor), join(volume, anchor));
    await requireAnchorAt(context, passage, entries, volume);
  }
  // Where the cluster has nothing by that name, the placeholder's part goes out.
  for (const name of placeholderNames(plan)) {
    if (name === anchor || !await isPlaceholderAt(context, volume, name)) {
      continue;
    }
    await files.rename(join(volume, name), join(aside, name));
  }
}

async function carry(
  context: RunContext,
  passage: Passage,
  entry: Entries[number],
  { from, to }: { from: string; to: string },
) {
  const { files } = context.ports;
  const { name } = entry;
  if (await isAt(files, to, entry)) return;
  if (!await isAt(files, from, entry)) throw lostError(context, passage, name);
  if (await files.look(join(to, name)) === undefined) {
    return await files.rename(join(from, name), join(to, name));
  }
  await requirePlaceholderAt(context, to, name);
  await files.exchange(join(from, name), join(to, name));
}

function lostError(
  { plan }: RunContext,
  { aside }: Passage,
  name: string,
): Error {
  return new Error(
    `"${name}" is neither in "${plan.volume.path}" nor in "${aside}" as it was`,
  );
}

async function requirePlaceholderAt(
  context: RunContext,
  directory: string,
  name: string,
) {
  if (await isPlaceholderAt(context, directory, name)) return;
  throw new Error(`"${join(directory, name)}" is not the placeholder's`);
}

/**
 * The placeholder's parts stand ready beside the cluster, or where they belong. The
 * directory appears with them in it: nobody starts on an empty one.
 *
 * @param owner whose the directory is to be
 */
export async function providePlaceholder(
  context: RunContext,
  { aside }: Passage,
  owner: Owner,
) {
  const { names: { placeholder, volume }, plan, ports: { files } } = context;
  if (await files.look(aside) === undefined) {
    await makePlaceholder(context);
    await files.makeAlike(placeholder, volume);
    // An ACL's mask comes with that, and the volume's may have been changed.
    await files.give(placeholder, owner);
    return await files.rename(placeholder, aside);
  }
  const missing: string[] = [];
  for (const name of placeholderNames(plan)) {
    const there = await isPlaceholderAt(context, aside, name) ||
      await isPlaceholderAt(context, volume, name);
    if (!there) missing.push(name);
  }
  if (missing.length === 0) return;
  await makePlaceholder(context);
  for (const name of missing) {
    await files.rename(join(placeholder, name), join(aside, name));
  }
  await files.remove(placeholder);
}

/** A directory with nothing in it but parts of the placeholder. */
export async function isOnlyPlaceholder(
  context: RunContext,
  { aside }: Passage,
): Promise<boolean> {
  const { files } = context.ports;
  if ((await files.look(aside))?.kind !== "directory") return false;
  for (const name of await files.list(aside) ?? []) {
    if (!await isPlaceholderAt(context, aside, name)) return false;
  }
  return true;
}
