import { textAt } from "../power/host/disk.ts";
import { live } from "../power/host/life.ts";
import { BACKUP, JOURNAL } from "../power/host/places.ts";
import { goOn, type Way } from "../power/verify.ts";
import type { At } from "./full.ts";
import { leaveGround, newGround } from "./ground.ts";

/**
 * Old data that somebody has moved elsewhere, with a link to them in their
 * place: that is not what was put aside, so nothing is touched, up or down,
 * until they are back.
 */

const ELSEWHERE = "/srv/elsewhere";
const FOREIGN = 8;
const WAYS: readonly Way[] = ["resume", "rollback"];

type Note = (name: string, found: readonly string[]) => void;

/** Returns how many were tried. */
export async function plantLinks(at: At, note: Note): Promise<number> {
  for (const way of WAYS) {
    note(`a link for the old data, ${way}`, await tryLink(at, way));
  }
  return WAYS.length;
}

async function tryLink({ ends, ground }: At, way: Way) {
  const { host, oldInode } = await newGround(ground, "begun");
  const wrong: string[] = [];
  try {
    Deno.renameSync(BACKUP, ELSEWHERE);
    Deno.symlinkSync(ELSEWHERE, BACKUP);
    const before = textAt(JOURNAL);
    const { code, words } = await live(host, way);
    if (code !== FOREIGN || !words.includes(`inode ${oldInode}`)) {
      wrong.push(`exit ${code}: ${words}`);
    }
    // That it is to go back may be written down before.
    if (way === "resume" && textAt(JOURNAL) !== before) {
      wrong.push("the journal is another");
    }
    Deno.removeSync(BACKUP);
    Deno.renameSync(ELSEWHERE, BACKUP);
    const baseline = { ends, oldInode, scene: ground.scene };
    wrong.push(...await goOn(host, { baseline, way }));
    return [...wrong, ...host.state.violations];
  } finally {
    leaveGround();
  }
}
