import { PortError } from "../port/ports.ts";
import { lookAt } from "./durable.ts";
import { isLink, type Stat } from "./kernel_structs.ts";
import { type Libc, libc } from "./libc.ts";
import { fromDeno } from "./proc.ts";

/**
 * Reading where others than root may write. Somebody who owns a directory can
 * put there a pipe on which a reader waits for ever, a device, a file without
 * an end, or a link to what root alone may read. So what is read is a plain
 * file, looked at before it is opened, and no longer than it may be.
 */

/** What a path leads to. */
export type Found =
  | { readonly kind: "file"; readonly bytes: Uint8Array }
  /** Only where links are not followed: what it says. */
  | { readonly kind: "link"; readonly target: string }
  /** What is not read, and a phrase that says why. */
  | { readonly kind: "other" | "refused"; readonly why: string };

export interface Reading {
  /** Bytes. A longer file is an error, or of its end only so much is read. */
  readonly most: number;
  /** Of a longer file the end. */
  readonly end?: boolean;
  /**
   * Follow links, by one rule: whoever made one is root, or owns the file
   * that it leads to. As the kernel's `protected_symlinks` has it.
   */
  readonly links: boolean;
}

/** The kernel's own limit. */
const LINKS_MAX = 40;

/**
 * Undefined where nothing is.
 *
 * @throws {PortError} it is there, and cannot be read
 */
export function readPlain(path: string, reading: Reading): Found | undefined {
  const calls = libc();
  const once = () =>
    calls === undefined
      ? readBy(new Names(), path, reading)
      : readBy(new Descriptors(calls), path, reading);
  const found = once();
  const there = found === undefined ? lookAt(path) : undefined;
  // A link to nothing is nothing.
  if (there === undefined || there.isSymlink) return found;
  // It came just now, or it is there and cannot be opened.
  const again = once();
  if (again === undefined) throw new PortError(`'${path}' cannot be opened`);
  return again;
}

/** How one goes from name to name, and reads at the end. */
interface Way<Place> {
  start(path: string): Place | undefined;
  child(here: Place, name: string): Place | undefined;
  look(place: Place): { readonly stat: Stat; readonly target: string };
  read(place: Place, from: number, most: number): Uint8Array | undefined;
  close(): void;
}

/** By descriptors, so that what was looked at is what is read. */
class Descriptors implements Way<number> {
  readonly #calls: Libc;
  readonly #held: number[] = [];

  constructor(calls: Libc) {
    this.#calls = calls;
  }

  start(path: string) {
    return this.#keep(this.#calls.hold(path));
  }

  child(here: number, name: string) {
    return this.#keep(this.#calls.hold(name, here));
  }

  look(place: number) {
    return this.#calls.held(place);
  }

  read(place: number, from: number, most: number) {
    return this.#calls.readHeld(place, from, most);
  }

  close() {
    for (const file of this.#held) this.#calls.letGo(file);
  }

  #keep(file: number | undefined) {
    if (file !== undefined) this.#held.push(file);
    return file;
  }
}

/** Where there is no libc, by names: in between they may be changed. */
class Names implements Way<string> {
  start(path: string) {
    return path;
  }

  child(here: string, name: string) {
    const path = here === "/" ? `/${name}` : `${here}/${name}`;
    return lookAt(path) === undefined ? undefined : path;
  }

  look(place: string) {
    const info = Deno.lstatSync(place);
    const target = info.isSymlink ? Deno.readLinkSync(place) : "";
    return { stat: fromDeno(info), target };
  }

  read(place: string, from: number, most: number) {
    using file = Deno.openSync(place);
    file.seekSync(from, Deno.SeekMode.Start);
    const bytes = new Uint8Array(most);
    let at = 0;
    for (let count: number | null = 1; count && at < most;) {
      count = file.readSync(bytes.subarray(at));
      at += count ?? 0;
    }
    return bytes.subarray(0, at);
  }

  close() {}
}

function readBy<Place>(
  names: Way<Place>,
  path: string,
  reading: Reading,
): Found | undefined {
  try {
    const last = walk(path, names, reading.links);
    return last && read(path, names, { ...reading, ...last });
  } finally {
    names.close();
  }
}

function read<Place>(
  path: string,
  names: Way<Place>,
  { end = false, makers, most, place }: Reading & Last<Place>,
): Found {
  const { stat, target } = names.look(place);
  if (isLink(stat)) return { kind: "link", target };
  if (kindOf(stat) !== FILE) return { kind: "other", why: "is no plain file" };
  const other = makers.find((uid) => uid !== stat.uid);
  if (other !== undefined) {
    return refused(
      `leads over a link that user ${other} made to a file of user ${stat.uid}, so it is not read`,
    );
  }
  const tooLong = refused(`is longer than ${most} bytes`);
  if (stat.bytes > most && !end) return tooLong;
  const from = end ? Math.max(0, stat.bytes - most) : 0;
  // One more, since it may grow meanwhile.
  const bytes = names.read(place, from, end ? most : most + 1);
  if (bytes === undefined) throw new PortError(`'${path}' cannot be read`);
  if (bytes.length > most) return tooLong;
  return { kind: "file", bytes };
}

/** The end of a way, and the users but root who made a link on it. */
interface Last<Place> {
  readonly place: Place;
  readonly makers: readonly number[];
}

function walk<Place>(
  path: string,
  names: Way<Place>,
  links: boolean,
): Last<Place> | undefined {
  const makers: number[] = [];
  let here = names.start(path.startsWith("/") ? "/" : ".");
  let rest = partsOf(path);
  for (let followed = 0; here !== undefined;) {
    const [name, ...after] = rest;
    if (name === undefined) return { place: here, makers };
    const child = names.child(here, name);
    if (child === undefined) return undefined;
    const { stat, target } = names.look(child);
    if (!isLink(stat) || (after.length === 0 && !links)) {
      here = child;
      rest = after;
      continue;
    }
    if (++followed > LINKS_MAX) {
      throw new PortError(`'${path}' leads over too many links`);
    }
    if (stat.uid !== 0) makers.push(stat.uid);
    if (target.startsWith("/")) here = names.start("/");
    rest = [...partsOf(target), ...after];
  }
  return undefined;
}

const partsOf = (path: string) =>
  path.split("/").filter((part) => part !== "" && part !== ".");

const FILE = 0o100000;
const kindOf = ({ mode }: Stat) => mode & 0o170000;

const refused = (why: string) => ({ kind: "refused", why }) as const;
