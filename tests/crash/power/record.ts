import { put, textAt } from "./host/disk.ts";
import { Host } from "./host/host.ts";
import { type Ending, live, type Verb } from "./host/life.ts";
import { JOURNAL, STATE } from "./host/places.ts";
import type { HostState } from "./host/state.ts";
import { syncfs } from "./kernel.ts";
import type { Lab, Moment } from "./lab.ts";
import type { Scene } from "./scene.ts";
import type { Order, Shot } from "./shutter.ts";
import { type Call, watch, type Watcher } from "./tap.ts";

/** A disk that lost its power at a call. */
export interface Cut extends Moment {
  readonly number: number;
  readonly call: string;
  /** The last journal that was durable by the program's own word. */
  readonly acknowledged: string | undefined;
}

/** What a recipe leaves out that is weaker than ours. */
export interface Weakness {
  readonly name: string;
  readonly leavesOut?: (call: Call) => boolean;
  readonly inPlace?: boolean;
}

export interface Options {
  /** Just before which calls the power is cut. */
  readonly wanted?: (number: number, call: Call) => boolean;
  /** Cuts in the middle of calls, too. */
  readonly during?: boolean;
  readonly weakness?: Weakness | undefined;
  readonly acknowledged?: string | undefined;
}

/** Counts calls, cuts before those that are wanted, knows what was said. */
export class Recorder implements Watcher {
  readonly cuts: Cut[] = [];
  /** How many calls there were. */
  count = 0;
  readonly inPlace: boolean;
  /** What was so when each call began. */
  readonly #moments: Omit<Cut, "image">[] = [];
  #acknowledged: string | undefined;
  #synced = false;

  constructor(
    readonly lab: Lab,
    readonly here: Moment,
    readonly options: Options,
    readonly tell: (number: number) => void = () => {},
  ) {
    this.inPlace = options.weakness?.inPlace ?? false;
    this.#acknowledged = options.acknowledged;
  }

  before(call: Call): boolean {
    // Once its directory is synced the program goes on: then it counts.
    if (this.#synced) {
      this.#acknowledged = textAt(JOURNAL) ?? this.#acknowledged;
    }
    this.#synced = call.name === "fsync" && call.path === STATE;
    const number = this.count++;
    const wanted = this.options.wanted?.(number, call) ?? false;
    const company = wanted ? keepCompany(number) : "";
    const cut = wanted ? this.lab.cut(this.here) : undefined;
    if (cut !== undefined || this.options.during) {
      const state: HostState = cut?.state ?? structuredClone(this.here.state);
      const moment = {
        state,
        number,
        call: `${call.name} ${call.path}${company}`,
        acknowledged: this.#acknowledged,
      };
      if (cut !== undefined) this.cuts.push({ ...moment, image: cut.image });
      this.#moments[number] = moment;
    }
    this.tell(number);
    return this.options.weakness?.leavesOut?.(call) ?? false;
  }

  /** The disks of a call that was under way. */
  add(shots: readonly Shot[]): void {
    for (const { call, image } of shots) {
      const moment = this.#moments[call];
      if (moment === undefined) continue;
      this.cuts.push({ ...moment, call: `in ${moment.call}`, image });
    }
  }
}

/**
 * We are not alone on a file system: whatever somebody else syncs takes along
 * some of what we have not, names before contents.
 */
function keepCompany(number: number): string {
  switch (number % 4) {
    case 1:
      put("/srv/host/neighbour", `${number}`, { durable: true });
      return ", a neighbour synced a file";
    case 3:
      syncfs("/srv");
      return ", a neighbour synced everything";
    default:
      return "";
  }
}

/** One life on a clone of that moment, with cuts of its disk. */
export async function record(
  lab: Lab,
  { from, scene, verb }: { from: Moment; scene: Scene; verb: Verb },
  options: Options,
): Promise<{ recorder: Recorder; ending: Ending; after: Moment }> {
  const here = lab.mount(from, scene);
  const shutter = options.during
    ? await openShutter(here.image, lab.newImage())
    : undefined;
  const all = { acknowledged: textAt(JOURNAL), ...options };
  const recorder = new Recorder(lab, here, all, shutter?.tell);
  const host = new Host(here.state);
  watch(recorder);
  const ending = await live(host, verb);
  watch(undefined);
  if (shutter !== undefined) recorder.add(await shutter.close());
  lab.unmount();
  return { recorder, ending, after: here };
}

async function openShutter(image: string, prefix: string) {
  const shared = new SharedArrayBuffer(8);
  const numbers = new Int32Array(shared);
  numbers.set([1, -1]);
  const url = new URL("./shutter.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const answer = () =>
    new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
  const ready = answer();
  const order: Order = { image, prefix, shared };
  worker.postMessage(order);
  await ready;
  const ended = answer();
  return {
    tell: (number: number) => void Atomics.store(numbers, 1, number),
    async close(): Promise<Shot[]> {
      Atomics.store(numbers, 0, 0);
      const shots = await ended as Shot[];
      worker.terminate();
      return shots;
    },
  };
}
