import type { RunContext } from "../../run/context.ts";
import type { Files, Owner } from "../../port/files.ts";

/** Whom the root of a volume belongs to whose own name cannot move. */

const CLOSED: Owner = { uid: 0, gid: 0, mode: 0o755 };
const PRIVATE: Owner = { uid: 0, gid: 0, mode: 0o700 };

/**
 * While the entries move the volume's root is root's: whoever else it belongs
 * to could put links in the place of what is about to be moved.
 */
export async function takeOver({ names, ports }: RunContext) {
  const { files } = ports;
  const { volume, work } = names;
  await giveIfOther(files, volume, CLOSED);
  const found = await files.look(work);
  if (found === undefined) return await files.makeDirectory(work, PRIVATE);
  if (found.kind !== "directory") {
    throw new Error(`"${work}" is not a directory: find out who put it there`);
  }
  await giveIfOther(files, work, PRIVATE);
}

/** Its root is the server's again. */
export async function handBack(
  { plan: { volume: { gid, mode, path, uid } }, ports: { files } }: RunContext,
  owner: Owner = { uid, gid, mode },
) {
  await giveIfOther(files, path, owner);
}

async function giveIfOther(files: Files, path: string, owner: Owner) {
  const now = (await files.look(path))?.owner;
  if (now === undefined) throw new Error(`"${path}" is not there`);
  if (isOwner(now, owner)) return;
  await files.give(path, owner);
}

export const isOwner = (a: Owner, b: Owner): boolean =>
  a.uid === b.uid && a.gid === b.gid && a.mode === b.mode;

/** It is root's, as `takeOver` leaves it. */
export async function isTakenOver(
  { plan, ports: { files } }: RunContext<"files">,
): Promise<boolean> {
  const facts = await files.look(plan.volume.path);
  return facts !== undefined && isOwner(facts.owner, CLOSED);
}

/**
 * A phrase where another file system stands at the volume's path than the one
 * that the plan was made for, such as none because its mount failed.
 */
export async function notMounted(
  { plan: { volume: { fs, inode, path } }, ports: { files } }: RunContext,
): Promise<string | undefined> {
  const found = await files.look(path);
  if (found?.inode !== inode) {
    return `"${path}" is ${
      found === undefined ? "not there" : `inode ${found.inode}`
    }`;
  }
  const { uuid } = await files.fileSystem(path);
  return uuid === fs ? undefined : `"${path}" is on another file system`;
}
