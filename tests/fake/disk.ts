import type { Owner } from "../../lib/port/files.ts";
import { PortError } from "../../lib/port/ports.ts";
import { commit, revert, thin } from "./durability.ts";
import { addEntry } from "./writes.ts";

export { drop, put, putDirectory } from "./writes.ts";

/**
 * A disk in memory: inodes that stay over renames, and for each file and each
 * directory what a power cut would leave of it.
 */

/** The first fields of pg_control; positions as plain numbers. */
export interface Control {
  readonly system: string;
  readonly state: "shut down" | "in production";
  readonly checkpoint: number;
  readonly nextXid: number;
}

/** All tables of all databases of a cluster. */
export interface Base {
  readonly rows: readonly number[];
  readonly xid: number;
  /** By which C library its indexes are sorted; undefined: nobody looks. */
  readonly order?: string;
}

/** A cluster's own files hold values rather than bytes. */
export type Content = string | Control | Base;

export interface FakeFile {
  readonly kind: "file";
  readonly inode: number;
  owner: Owner;
  content: Content;
  /** What a power cut leaves; undefined: nothing. */
  onDisk: Content | undefined;
  /** No plain file: a link to a path, or a pipe. */
  special?: { readonly link: string } | "pipe";
}

export interface FakeDirectory {
  readonly kind: "directory";
  readonly inode: number;
  owner: Owner;
  entries: Map<string, FakeNode>;
  /** The names that a power cut leaves; undefined: those in `entries`. */
  onDisk: Map<string, FakeNode> | undefined;
}

export type FakeNode = FakeFile | FakeDirectory;

/** What becomes of unsynced files in a power cut. */
export type Cut = "lost" | "emptied" | "kept";

const ROOT: Owner = { uid: 0, gid: 0, mode: 0o755 };

export class FakeDisk {
  root: FakeDirectory;
  /** The next one. */
  inode = 100;
  cwd = "/";
  /** Where a file system of its own is mounted, if one is. */
  mountPoint: string | undefined;
  /** A volume "lost", in which a cluster lies that its container has lost. */
  lost: string | undefined;

  constructor() {
    this.root = this.newDirectory(ROOT);
  }

  newDirectory(owner: Owner): FakeDirectory {
    return {
      kind: "directory",
      inode: this.inode++,
      owner,
      entries: new Map(),
      onDisk: undefined,
    };
  }

  newFile(content: Content, owner: Owner, durable: boolean): FakeFile {
    return {
      kind: "file",
      inode: this.inode++,
      owner,
      content,
      onDisk: durable ? content : undefined,
    };
  }

  at(path: string): FakeNode | undefined {
    return below(this.root, this.absolute(path));
  }

  /** A bare name is one in the working directory. */
  absolute(path: string): string {
    return path.startsWith("/") ? path : `${this.cwd}/${path}`;
  }

  directoryAt(path: string): FakeDirectory | undefined {
    const node = this.at(path);
    return node?.kind === "directory" ? node : undefined;
  }

  textAt(path: string): string | undefined {
    const node = this.at(path);
    if (node?.kind !== "file") return undefined;
    return typeof node.content === "string" ? node.content : undefined;
  }

  /** Makes what is missing of a path; for the scenery, not for the product. */
  makePath(path: string, owner: Owner = ROOT): FakeDirectory {
    let here = this.root;
    for (const part of partsOf(path)) {
      let next = here.entries.get(part);
      if (next === undefined) {
        next = this.newDirectory(owner);
        here.entries.set(part, next);
      }
      if (next.kind !== "directory") throw new Error(`"${path}" is a file`);
      here = next;
    }
    return here;
  }

  /** Durable, as every change of a port is. */
  write(path: string, text: string, mode = 0o600) {
    const [parent, name] = this.#place(path);
    const before = parent.entries.get(name);
    if (before?.kind === "directory" || before?.special !== undefined) {
      throw new PortError(`'${path}' is not a plain file`);
    }
    const owner = before?.owner ?? { uid: 0, gid: 0, mode };
    parent.entries.set(name, this.newFile(text, owner, true));
    parent.onDisk = undefined;
  }

  /** Not durable; its name neither. */
  writeNew(path: string, text: string, mode: number) {
    const [parent, name] = this.#place(path);
    if (parent.entries.has(name)) {
      throw new PortError(`'${path}' is already there`);
    }
    const file = this.newFile(text, { uid: 0, gid: 0, mode }, false);
    addEntry(parent, name, file, false);
  }

  give(path: string, owner: Owner) {
    const node = this.directoryAt(path);
    if (node === undefined) throw new PortError(`'${path}' is no directory`);
    node.owner = owner;
  }

  make(path: string, owner: Owner = { uid: 0, gid: 0, mode: 0o700 }) {
    const [parent, name] = this.#place(path);
    if (parent.entries.has(name)) {
      throw new PortError(`Cannot make '${path}': '${path}' is already there`);
    }
    parent.entries.set(name, this.newDirectory(owner));
    parent.onDisk = undefined;
  }

  rename(from: string, to: string) {
    const [source, oldName] = this.#place(from);
    const [target, newName] = this.#place(to);
    const node = source.entries.get(oldName);
    const why = node === undefined
      ? `'${from}' is not there`
      : target.entries.has(newName)
      ? `'${to}' is already there`
      : undefined;
    const apart = this.#apart(from, to);
    if (node === undefined || why !== undefined || apart !== undefined) {
      throw new PortError(
        `Cannot rename '${from}' to '${to}': ${why ?? apart}`,
      );
    }
    source.entries.delete(oldName);
    target.entries.set(newName, node);
    source.onDisk = target.onDisk = undefined;
  }

  exchange(a: string, b: string) {
    const [first, firstName] = this.#place(a);
    const [second, secondName] = this.#place(b);
    const [one, other] = [
      first.entries.get(firstName),
      second.entries.get(secondName),
    ];
    if (one === undefined || other === undefined) {
      const missing = one === undefined ? a : b;
      throw new PortError(
        `Cannot exchange '${a}' with '${b}': '${missing}' is not there`,
      );
    }
    const apart = this.#apart(a, b);
    if (apart !== undefined) {
      throw new PortError(`Cannot exchange '${a}' with '${b}': ${apart}`);
    }
    first.entries.set(firstName, other);
    second.entries.set(secondName, one);
    first.onDisk = second.onDisk = undefined;
  }

  /** Why the one cannot have the other one's name. */
  #apart(a: string, b: string): string | undefined {
    const [one, other] = [this.absolute(a), this.absolute(b)];
    const point = [one, other].find((path) => path === this.mountPoint);
    if (point !== undefined) return `'${point}' is a mount point`;
    return this.isMounted(one) === this.isMounted(other)
      ? undefined
      : "they lie on different file systems";
  }

  /** It is the root of the file system that is mounted there, or in it. */
  isMounted(path: string): boolean {
    const { mountPoint } = this;
    return mountPoint !== undefined &&
      (path === mountPoint || path.startsWith(`${mountPoint}/`));
  }

  remove(given: string) {
    const path = this.absolute(given);
    if (this.mountPoint !== undefined && this.mountPoint.startsWith(path)) {
      throw new PortError(`'${path}' is a mount point`);
    }
    const slash = path.lastIndexOf("/");
    const parent = this.directoryAt(path.slice(0, slash));
    if (parent === undefined) return;
    parent.entries.delete(path.slice(slash + 1));
    parent.onDisk = undefined;
  }

  /** A removal that was cut short: every other file of the tree is gone. */
  removeHalf(path: string) {
    const node = this.at(path);
    if (node?.kind === "directory") thin(node, { count: 0 });
  }

  /** All of the file system that a path of the volumes is on, and no other. */
  sync(path: string) {
    if (this.at(path) === undefined) {
      throw new PortError(`'${path}' is not there`);
    }
    const mounted = this.mountPoint && this.at(this.mountPoint);
    if (mounted && this.isMounted(this.absolute(path))) return commit(mounted);
    commit(this.at(/^\/srv(\/|$)/.test(path) ? "/srv" : "/"), mounted);
  }

  /** The machine loses its power. */
  cut(how: Cut) {
    if (how === "kept") commit(this.root);
    else revert(this.root, how);
  }

  #place(given: string): [FakeDirectory, string] {
    const path = this.absolute(given);
    const slash = path.lastIndexOf("/");
    const parent = this.directoryAt(path.slice(0, slash));
    if (parent === undefined) {
      throw new PortError(`'${path.slice(0, slash)}' is not there`);
    }
    return [parent, path.slice(slash + 1)];
  }
}

/** By far the most frequent of all looks, so it makes no arrays. */
export function below(from: FakeNode, path: string): FakeNode | undefined {
  let here: FakeNode | undefined = from;
  for (let at = 0; at < path.length;) {
    const slash = path.indexOf("/", at);
    const end = slash < 0 ? path.length : slash;
    const part = path.slice(at, end);
    at = end + 1;
    if (part === "" || part === ".") continue;
    if (here?.kind !== "directory") return undefined;
    here = here.entries.get(part);
  }
  return here;
}

export function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
