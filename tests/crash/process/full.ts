import { look } from "../power/eyes.ts";
import { inodeOf } from "../power/host/disk.ts";
import { live } from "../power/host/life.ts";
import { STATE } from "../power/host/places.ts";
import { goOn } from "../power/verify.ts";
import {
  type Ends,
  type Ground,
  leaveFree,
  leaveGround,
  makeRoom,
  newGround,
} from "./ground.ts";

/**
 * Disks that are full at some page: real short writes and real ENOSPC, at
 * every place where the room can end.
 */

const PAGE = 4096;
/** An upgrade needs so many pages and its reserve, or a little more. */
const RESERVE_PAGES = 1024;
const UPGRADE_PAGES = 230;

/** Where it begins, and where undisturbed runs of it end. */
export interface At {
  readonly ground: Ground;
  readonly ends: Ends;
}

type Note = (name: string, found: readonly string[]) => void;

/** So many at most; returns how many there were. */
export async function fillUp(at: At, most: number, note: Note) {
  const places = [0, RESERVE_PAGES].flatMap((from) =>
    Array.from({ length: UPGRADE_PAGES }, (_, page) => from + page)
  );
  const every = Math.max(1, Math.ceil(places.length / most));
  const some = places.filter((_, index) => index % every === 0);
  for (const [index, pages] of some.entries()) {
    const back = index % 2 === 0;
    const name = `a disk with ${pages} pages free, ${back ? "back" : "on"}`;
    note(name, await tryFull(at, pages, back));
  }
  return some.length;
}

async function tryFull(
  { ends, ground }: At,
  pages: number,
  back: boolean,
): Promise<string[]> {
  const { host, oldInode } = await newGround(ground, "first");
  const wrong: string[] = [];
  try {
    leaveFree(pages * PAGE);
    const { code, words } = await live(host, "upgrade");
    if (![0, 1, 4].includes(code)) wrong.push(`exit ${code}: ${words}`);
    wrong.push(...look(host.state, undefined));
    const reserved = inodeOf(`${STATE}/reserve`) !== undefined;
    const baseline = { ends, oldInode, scene: ground.scene };
    const begun = inodeOf(`${STATE}/journal.json`) !== undefined;
    // With the reserve there is room for a rollback; else a person makes some.
    if (!back || !reserved || !begun) makeRoom();
    const way = back ? "rollback" : "resume";
    wrong.push(...await goOn(host, { baseline, way }));
    return [...wrong, ...host.state.violations];
  } catch (error) {
    return [
      ...wrong,
      `It threw: ${error instanceof Error ? error.stack : error}`,
    ];
  } finally {
    leaveGround();
  }
}
