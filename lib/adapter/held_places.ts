import { basename, dirname, resolve } from "@std/path";
import { PortError } from "../port/ports.ts";
import { decodeNames, isLink } from "./kernel_structs.ts";
import { type Libc, libc, openLibc } from "./libc.ts";
import { zeroEnded } from "./libc_bytes.ts";
import { OPEN } from "./open_flags.ts";

/**
 * Changes of names in a directory that is held by a descriptor. On the way to
 * data there may be directories of other people's: who puts a link in the place
 * of one, between a look and an action, must not lead root's action elsewhere. So
 * the way is walked once, over no link but root's own where nobody else could
 * have put it, and what was reached is where it is done.
 */

const SYMBOLS = {
  renameat2: {
    parameters: ["i32", "buffer", "i32", "buffer", "u32"],
    result: "i32",
  },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

type Calls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

const { CLOEXEC, CREAT, DIRECTORY, EXCL, NOFOLLOW, PATH, WRONLY } = OPEN;
const A_DIRECTORY = DIRECTORY | NOFOLLOW | CLOEXEC;
const A_NEW_FILE = WRONLY | CREAT | EXCL | NOFOLLOW | CLOEXEC;
const A_NAME = PATH | NOFOLLOW | CLOEXEC;
const AT_REMOVEDIR = 0x200;
const STICKY = 0o1000;
/** The kernel's own limit. */
const LINKS_MAX = 40;
const BUFFER_SIZE = 64 * 1024;
/** Names that are removed before others have their turn. */
const AT_ONCE = 1000;

let opened: HeldPlaces | undefined;

/** Undefined where there is no libc: then names must do. */
export function heldPlaces(): HeldPlaces | undefined {
  if (opened !== undefined) return opened;
  const general = libc();
  const calls = openLibc(SYMBOLS);
  if (general === undefined || calls === undefined) return undefined;
  return opened = new HeldPlaces(general, calls);
}

/** A directory that is held, and a name in it. */
interface Place {
  readonly directory: number;
  readonly name: Uint8Array<ArrayBuffer>;
}

export class HeldPlaces {
  constructor(readonly libc: Libc, readonly calls: Calls) {}

  /**
   * False: it failed. Syncs nothing. The kernel moves names, whatever stands
   * there by then: a link is not moved, and what has been put there in the
   * instant between the look and the move is moved back.
   *
   * @throws {PortError} somebody puts other things there
   */
  rename(from: string, to: string, flag: number): boolean {
    return this.#at(from, (a) =>
      this.#at(to, (b) => {
        const wanted = this.#lookAt(a);
        if (wanted?.isLink) {
          throw new PortError(`'${from}' is a link, which is not moved`);
        }
        if (!this.#renameAt(a, b, flag)) return false;
        if (this.#lookAt(b)?.inode === wanted?.inode) return true;
        this.#renameAt(b, a, flag);
        throw new PortError(`'${from}' was replaced while it was moved`);
      })) ?? false;
  }

  /** In the place of what is there. */
  replace(from: string, to: string): boolean {
    return this.rename(from, to, 0);
  }

  #renameAt(a: Place, b: Place, flag: number): boolean {
    const { renameat2 } = this.calls;
    return renameat2(a.directory, a.name, b.directory, b.name, flag) === 0;
  }

  #lookAt({ directory, name }: Place) {
    const file = this.calls.openat(directory, name, A_NAME, 0);
    if (file < 0) return undefined;
    const { stat } = this.libc.held(file);
    this.calls.close(file);
    return { inode: stat.inode, isLink: isLink(stat) };
  }

  /** An empty file of root's alone; its inode. Undefined: it failed. */
  create(path: string): number | undefined {
    return this.#at(path, ({ directory, name }) => {
      const flags = A_NEW_FILE;
      return this.#inodeOf(this.calls.openat(directory, name, flags, 0o600));
    });
  }

  /** A directory of root's alone; its inode. Undefined: it failed. */
  makeDirectory(path: string): number | undefined {
    const { calls } = this;
    return this.#at(path, ({ directory, name }) => {
      if (calls.mkdirat(directory, name, 0o700) !== 0) return undefined;
      const flags = A_DIRECTORY;
      return this.#inodeOf(calls.openat(directory, name, flags, 0));
    });
  }

  /** A file, a link or an empty directory. False: it is still there. */
  removeOne(path: string): boolean {
    return this.#at(
      path,
      ({ directory, name }) =>
        this.calls.unlinkat(directory, name, 0) === 0 ||
        this.calls.unlinkat(directory, name, AT_REMOVEDIR) === 0,
    ) ?? false;
  }

  /**
   * What the name stands for, with all that is in it; no link is followed, and
   * none that takes the place of a directory meanwhile. False: something stayed.
   */
  async remove(path: string): Promise<boolean> {
    const held = this.#hold(path);
    if (held === undefined) return false;
    try {
      return await this.#empty(held, new Turns());
    } finally {
      this.calls.close(held.directory);
    }
  }

  #at<T>(path: string, act: (place: Place) => T): T | undefined {
    const held = this.#hold(path);
    if (held === undefined) return undefined;
    try {
      return act(held);
    } finally {
      this.calls.close(held.directory);
    }
  }

  /** Undefined where the way ends before. */
  #hold(path: string): Place | undefined {
    const whole = resolve(path);
    const rest = partsOf(dirname(whole));
    let here = this.libc.hold("/");
    for (let links = 0; here !== undefined && rest.length > 0;) {
      const name = rest.shift() ?? "";
      const child = this.libc.hold(name, here);
      const target = child === undefined
        ? undefined
        : this.#targetOf(child, here, `'${whole}' leads over '${name}'`);
      if (child === undefined || target === undefined) {
        this.calls.close(here);
        here = child;
        continue;
      }
      this.calls.close(child);
      if (++links > LINKS_MAX) {
        this.calls.close(here);
        throw new PortError(`'${whole}' leads over too many links`);
      }
      rest.unshift(...partsOf(target));
      if (!target.startsWith("/")) continue;
      this.calls.close(here);
      here = this.libc.hold("/");
    }
    return here === undefined
      ? undefined
      : { directory: here, name: zeroEnded(basename(whole)) };
  }

  /**
   * Where a link leads; undefined of what is none.
   *
   * @throws {PortError} somebody else than root made it, or could have moved it
   */
  #targetOf(child: number, parent: number, words: string) {
    const { stat, target } = this.libc.held(child);
    if (!isLink(stat)) return undefined;
    const around = this.libc.held(parent).stat;
    const isRoots = around.uid === 0 &&
      ((around.mode & 0o022) === 0 || (around.mode & STICKY) !== 0);
    if (stat.uid === 0 && isRoots) return target;
    for (const file of [child, parent]) this.calls.close(file);
    throw new PortError(`${words}, a link that others than root can change`);
  }

  #inodeOf(file: number): number | undefined {
    if (file < 0) return undefined;
    const { inode } = this.libc.held(file).stat;
    this.calls.close(file);
    return Number(inode);
  }

  async #empty(place: Place, turns: Turns): Promise<boolean> {
    const { calls } = this;
    await turns.next();
    if (calls.unlinkat(place.directory, place.name, 0) === 0) return true;
    const flags = A_DIRECTORY;
    const file = calls.openat(place.directory, place.name, flags, 0);
    if (file < 0) return false;
    try {
      for (const name of this.#namesIn(file)) {
        const inner = { directory: file, name: zeroEnded(name) };
        if (!await this.#empty(inner, turns)) return false;
      }
    } finally {
      calls.close(file);
    }
    return calls.unlinkat(place.directory, place.name, AT_REMOVEDIR) === 0;
  }

  #namesIn(file: number): readonly string[] {
    const buffer = new Uint8Array(BUFFER_SIZE);
    const names: string[] = [];
    for (let count = 1; count > 0;) {
      count = Number(
        this.calls.getdents64(file, buffer, BigInt(BUFFER_SIZE)),
      );
      names.push(...decodeNames(buffer.slice(0, Math.max(count, 0))));
    }
    return names.filter((name) => name !== "." && name !== "..");
  }
}

/** Large trees do not keep signals waiting. */
class Turns {
  #count = 0;

  async next() {
    if (++this.#count % AT_ONCE === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
}

const partsOf = (path: string) =>
  path.split("/").filter((part) => part !== "" && part !== ".");
