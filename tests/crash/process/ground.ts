import { statfsSync } from "node:fs";
import { endOf } from "../power/ends.ts";
import { inodeOf, textAt } from "../power/host/disk.ts";
import { Host } from "../power/host/host.ts";
import { live, type Verb } from "../power/host/life.ts";
import { BOUND, JOURNAL, VOLUME } from "../power/host/places.ts";
import type { HostState } from "../power/host/state.ts";
import { mountMemory, unmount } from "../power/kernel.ts";
import { bindAll } from "../power/lab.ts";
import { makeScene, type Scene } from "../power/scene.ts";
import { closeAll } from "../power/tap.ts";
import { type Baseline, normal } from "../power/verify.ts";

/**
 * The small host on a file system in memory: a process that dies loses no page
 * cache, so none is needed, and a new host takes milliseconds.
 */

/** One for each ladder, and the long step that it is stopped in. */
export const GROUNDS: Readonly<Record<string, Ground>> = {
  dump: { scene: { type: "tmpfs", from: 15, to: 17 }, amid: "dump" },
  "pg_upgrade": {
    scene: { type: "tmpfs", from: 17, to: 18, method: "pg_upgrade" },
    amid: "build",
  },
  // It has no long step; the service waits for its start.
  minor: { scene: { type: "tmpfs", from: 17, to: 17.9 }, amid: "start" },
};

export interface Ground {
  readonly scene: Scene;
  readonly amid: string;
}

const BYTES = 64 * 1024 * 1024;
/** Outside of the disk: where the host's own state outlives a victim. */
export const OUTSIDE = "/run";
export const STATE_FILE = `${OUTSIDE}/state.json`;

export type Ends = Baseline["ends"];

/** Where a victim's life begins; "begun" is in the middle of its long step. */
export type Place = "first" | "begun" | "upgraded";

/** A new host, before its upgrade, in it or after it. */
export async function newGround({ amid, scene }: Ground, at: Place): Promise<{
  host: Host;
  oldInode: string;
}> {
  mountMemory("/srv", { bytes: BYTES });
  const host = new Host(makeScene(scene, "", bindAll));
  const oldInode = inodeOf(VOLUME) ?? "";
  if (at === "upgraded") await mustLive(host, "upgrade");
  if (at === "begun") await liveUntil(host, `"step-started","step":"${amid}"`);
  return { host, oldInode };
}

export function leaveGround(): void {
  closeAll();
  for (const [, path] of BOUND.toReversed()) unmount(path);
  unmount("/srv");
}

async function mustLive(host: Host, verb: Verb): Promise<void> {
  const { code, words } = await live(host, verb);
  if (code !== 0) throw new Error(`${verb} ends with ${code}: ${words}`);
}

/** An upgrade that a signal stops once that is in its journal. */
async function liveUntil(host: Host, words: string): Promise<void> {
  host.onChange = () => {
    if (textAt(JOURNAL)?.includes(words)) host.stopAsked = "SIGTERM";
  };
  const { code, words: said } = await live(host, "upgrade");
  if (code !== 143) throw new Error(`It ends with ${code}: ${said}`);
  host.stopAsked = undefined;
  host.onChange = () => {};
}

/** Where undisturbed runs end. */
export async function endsOf(ground: Ground): Promise<Ends> {
  const { host, oldInode } = await newGround(ground, "first");
  const end = () => normal(endOf(host, oldInode));
  const first = end();
  await mustLive(host, "upgrade");
  const top = end();
  await mustLive(host, "commit");
  const committed = end();
  leaveGround();
  return { first, top, committed };
}

/** The disk's size becomes what it holds and so many bytes more. */
export function leaveFree(bytes: number): void {
  const { blocks, bavail, bsize } = statfsSync("/srv");
  mountMemory("/srv", {
    bytes: (blocks - bavail) * bsize + bytes,
    remount: true,
  });
}

export function makeRoom(): void {
  mountMemory("/srv", { bytes: BYTES, remount: true });
}

export function saveState(state: HostState): void {
  // Written whole and at once: the victim is never killed in here.
  Deno.writeTextFileSync(`${STATE_FILE}.new`, JSON.stringify(state));
  Deno.renameSync(`${STATE_FILE}.new`, STATE_FILE);
}

export function loadState(): HostState {
  return JSON.parse(Deno.readTextFileSync(STATE_FILE)) as HostState;
}
