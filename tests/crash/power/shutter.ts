/// <reference lib="deno.worker" />
import { clone } from "./kernel.ts";

/**
 * Cuts in the middle of calls: clones a disk over and over from a thread of its
 * own, and notes during which call each was made.
 */

export interface Order {
  readonly image: string;
  /** Clones are named with this and a number. */
  readonly prefix: string;
  /** [0]: 1 as long as to go on; [1]: the number of the call that is made. */
  readonly shared: SharedArrayBuffer;
}

export interface Shot {
  readonly image: string;
  readonly call: number;
}

const MOST = 4000;

self.onmessage = ({ data }: MessageEvent<Order>) => {
  const shared = new Int32Array(data.shared);
  const shots: Shot[] = [];
  self.postMessage("ready");
  while (Atomics.load(shared, 0) === 1 && shots.length < MOST) {
    const call = Atomics.load(shared, 1);
    const image = `${data.prefix}${shots.length}.img`;
    clone(data.image, image);
    if (call === Atomics.load(shared, 1)) {
      shots.push({ image, call });
    } else {
      Deno.removeSync(image);
    }
  }
  self.postMessage(shots);
};
