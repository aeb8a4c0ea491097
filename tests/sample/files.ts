import { PortError } from "../../lib/port/ports.ts";
import type { FileFacts, Files, Owner } from "../../lib/port/files.ts";

const ROOT_OWNED: Owner = { uid: 0, gid: 0, mode: 0o700 };

interface Node {
  readonly inode: string;
  /** Undefined for a directory. */
  text?: string;
  /** Root's, where nothing is said. */
  readonly owner?: Owner;
}

/** Files and directories in memory: names, inodes, texts, and nothing more. */
export class MemoryFiles implements
  Pick<
    Files,
    | "look"
    | "list"
    | "readText"
    | "readSmall"
    | "writeText"
    | "makeDirectory"
    | "makeAlike"
    | "give"
    | "rename"
    | "exchange"
    | "remove"
  > {
  readonly #nodes = new Map<string, Node>();
  #inodes = 5000;

  /** Paths and texts; a path that ends in a slash is a directory. */
  constructor(content: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(content)) this.put(path, text);
  }

  put(path: string, text = "", inode = String(this.#inodes++)) {
    if (path.endsWith("/")) this.#nodes.set(path.slice(0, -1), { inode });
    else this.#nodes.set(path, { inode, text });
  }

  /** All texts, by path. */
  get texts(): Record<string, string> {
    return Object.fromEntries(
      [...this.#nodes].flatMap(([path, { text }]) =>
        text === undefined ? [] : [[path, text] as const]
      ).toSorted(([a], [b]) => a < b ? -1 : 1),
    );
  }

  look(path: string): Promise<FileFacts | undefined> {
    const node = this.#nodes.get(path);
    return Promise.resolve(
      node && {
        kind: node.text === undefined ? "directory" : "file",
        inode: node.inode,
        device: "1",
        owner: node.owner ?? ROOT_OWNED,
        bytes: node.text?.length ?? 0,
      },
    );
  }

  list(path: string): Promise<readonly string[] | undefined> {
    if (this.#nodes.get(path) === undefined) return Promise.resolve(undefined);
    const prefix = `${path}/`;
    return Promise.resolve(
      [...this.#nodes.keys()].filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length))
        .filter((name) => !name.includes("/")).toSorted(),
    );
  }

  readText(path: string): Promise<string | undefined> {
    const node = this.#nodes.get(path);
    if (node === undefined || node.text !== undefined) {
      return Promise.resolve(node?.text);
    }
    return Promise.reject(new PortError(`'${path}' is no plain file`));
  }

  readSmall(path: string, mostBytes: number): Promise<string | undefined> {
    const text = this.#nodes.get(path)?.text;
    const isSmall = text !== undefined && text.length <= mostBytes;
    return Promise.resolve(isSmall ? text : undefined);
  }

  writeText(path: string, text: string): Promise<void> {
    this.put(path, text);
    return Promise.resolve();
  }

  makeDirectory(path: string): Promise<void> {
    if (this.#nodes.has(path)) throw new Error(`"${path}" is there`);
    this.put(`${path}/`);
    return Promise.resolve();
  }

  /** They have nothing beside owner and mode. */
  makeAlike(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  give(path: string, owner: Owner): Promise<void> {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new Error(`"${path}" is not there`);
    this.#nodes.set(path, { ...node, owner });
    return Promise.resolve();
  }

  rename(from: string, to: string): Promise<void> {
    if (this.#nodes.has(to)) throw new Error(`"${to}" is there`);
    const moved = this.#take(from);
    for (const [path, node] of moved) this.#nodes.set(to + path, node);
    return Promise.resolve();
  }

  exchange(a: string, b: string): Promise<void> {
    const [fromA, fromB] = [this.#take(a), this.#take(b)];
    for (const [path, node] of fromA) this.#nodes.set(b + path, node);
    for (const [path, node] of fromB) this.#nodes.set(a + path, node);
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    this.#take(path);
    return Promise.resolve();
  }

  /** Takes away what has this name and all below it; paths are relative. */
  #take(path: string): [string, Node][] {
    const taken = [...this.#nodes].filter(([name]) =>
      name === path || name.startsWith(`${path}/`)
    );
    for (const [name] of taken) this.#nodes.delete(name);
    return taken.map(([name, node]) => [name.slice(path.length), node]);
  }
}
