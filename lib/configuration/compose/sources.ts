import { basename, dirname, join, resolve } from "@std/path";
import type { Ports } from "../../port/ports.ts";
import type { Piece } from "../nix/texts.ts";
import {
  joinedText,
  piecesOf,
  readVariables,
  type Variables,
} from "./variables.ts";
import { at, type Node, readYaml, YamlError } from "./yaml.ts";

/** What one file says of one service. */
export interface Part {
  readonly file: string;
  readonly node: Node;
  /** Where its relative paths begin. */
  readonly directory: string;
  readonly variables: Variables;
}

/** All that a project's files say, in the order in which it counts. */
export interface Sources {
  /** The files of the project, those that they include or extend as well. */
  readonly texts: ReadonlyMap<string, string>;
  readonly roots: ReadonlyMap<string, Node>;
  /** The files of the variables. */
  readonly envs: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, readonly Part[]>;
  /** What `env_file` of the services names. */
  readonly serviceEnvs: ReadonlyMap<string, string>;
  /** Of the files themselves; undefined where none says it. */
  readonly name: string | undefined;
  /** A phrase: what could not be read. */
  readonly problem: string | undefined;
}

/** Where files are read from, and with what. */
interface Place {
  readonly directory: string;
  readonly variables: Variables;
}

/** Files that lead on to others end somewhere. */
const FILES_MAX = 100;

/** Reads the project's files and whatever they name. */
export async function readSources(
  files: Ports["files"],
  paths: readonly string[],
  { directory, envFiles, set = new Map() }: {
    readonly directory: string;
    readonly envFiles: readonly string[];
    /** What the environment of who brings it up sets. */
    readonly set?: Variables;
  },
): Promise<Sources> {
  const loader = new Loader(files);
  try {
    const variables = await loader.variablesOf(envFiles, set);
    for (const path of paths) await loader.load(path, { directory, variables });
    await loader.extend();
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    loader.problem = error.message;
  }
  return loader;
}

class Loader implements Sources {
  readonly texts = new Map<string, string>();
  readonly roots = new Map<string, Node>();
  readonly envs = new Map<string, string>();
  readonly serviceEnvs = new Map<string, string>();
  services = new Map<string, Part[]>();
  name: string | undefined;
  problem: string | undefined;

  constructor(readonly files: Ports["files"]) {}

  /** A later file's variable counts; and before all of them what is given. */
  async variablesOf(
    paths: readonly string[],
    given: Variables,
  ): Promise<Variables> {
    const found = new Map<string, Piece>();
    for (const path of paths) {
      const text = await this.files.readText(path);
      if (text === undefined) continue;
      this.envs.set(path, text);
      for (const [name, piece] of readVariables(path, text)) {
        found.set(name, piece);
      }
    }
    for (const [name, piece] of given) found.set(name, piece);
    return found;
  }

  /** A file of the project, and before it those that it includes. */
  async load(path: string, place: Place): Promise<void> {
    const root = await this.#read(path);
    if (root === undefined) return;
    const said = at(root, "name");
    if (said?.kind === "text") {
      this.name = joinedText(piecesOf(said, path, place.variables)) ||
        this.name;
    }
    for (const item of itemsOf(at(root, "include"))) {
      await this.#include(item, path, place);
    }
    for (const [name, node] of entriesOf(at(root, "services"))) {
      const known = this.services.get(name) ?? [];
      this.services.set(name, [...known, { file: path, node, ...place }]);
    }
  }

  async #include(item: Node, file: string, place: Place) {
    const said = (node: Node | undefined) =>
      node?.kind === "text"
        ? [joinedText(piecesOf(node, file, place.variables))]
        : itemsOf(node).flatMap((it) =>
          it.kind === "text"
            ? [joinedText(piecesOf(it, file, place.variables))]
            : []
        );
    const from = (path: string) => resolve(place.directory, path);
    const named = item.kind === "text" ? said(item) : said(at(item, "path"));
    const [first] = named;
    if (first === undefined || named.includes("")) {
      throw new YamlError(`"${file}" includes what cannot be read`);
    }
    const [home] = said(at(item, "project_directory"));
    const directory = home ? from(home) : dirname(from(first));
    const envs = said(at(item, "env_file")).map(from);
    const variables = await this.variablesOf(
      envs.length === 0 ? [join(directory, ".env")] : envs,
      place.variables,
    );
    for (const path of named) {
      await this.load(from(path), { directory, variables });
    }
  }

  /** Each service gets before its own parts those that it extends. */
  async extend() {
    const extended = new Map<string, Part[]>();
    for (const [name, parts] of this.services) {
      const all: Part[] = [];
      for (const part of parts) all.push(...await this.#withBase(part, [name]));
      extended.set(name, all);
      for (const path of all.flatMap(envFilesOf)) {
        const text = await this.files.readText(path);
        if (text !== undefined) this.serviceEnvs.set(path, text);
      }
    }
    this.services = extended;
  }

  async #withBase(part: Part, way: readonly string[]): Promise<Part[]> {
    const said = at(part.node, "extends");
    if (said === undefined) return [part];
    const text = (node: Node | undefined) =>
      node?.kind === "text"
        ? joinedText(piecesOf(node, part.file, part.variables))
        : "";
    const service = text(said.kind === "map" ? at(said, "service") : said);
    const file = said.kind === "map" ? text(at(said, "file")) : "";
    const path = file === "" ? part.file : resolve(part.directory, file);
    const step = `${path} ${service}`;
    const root = await this.#read(path);
    const node = root && at(root, "services", service);
    if (node === undefined || way.includes(step)) {
      throw new YamlError(`"${part.file}" extends what cannot be read`);
    }
    const directory = file === "" ? part.directory : dirname(path);
    const base = { ...part, file: path, node, directory };
    return [...await this.#withBase(base, [...way, step]), part];
  }

  async #read(path: string): Promise<Node | undefined> {
    const known = this.roots.get(path);
    if (known !== undefined) return known;
    const text = await this.files.readText(path);
    if (text === undefined) return undefined;
    if (this.texts.size >= FILES_MAX) throw new YamlError("too many files");
    this.texts.set(path, text);
    try {
      const root = await readYaml(text);
      this.roots.set(path, root);
      return root;
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      throw new YamlError(`"${path}" cannot be read: ${error.message}`);
    }
  }
}

/** One path, or a list of paths and `{ path: …, required: … }`. */
export function envFilesOf(
  { directory, file, node, variables }: Part,
): readonly string[] {
  const said = at(node, "env_file");
  return (said?.kind === "text" ? [said] : itemsOf(said))
    .map((item) => item.kind === "map" ? at(item, "path") : item)
    .flatMap((it) =>
      it?.kind === "text" ? joinedText(piecesOf(it, file, variables)) : ""
    )
    .filter((path) => path !== "")
    .map((path) => resolve(directory, path));
}

/** compose-spec, "Version and name": its directory says it where nothing does. */
export function nameOfDirectory(directory: string): string {
  return basename(directory).toLowerCase().replace(/[^a-z0-9_-]/g, "");
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === "list" ? node.items : [];
}

export function entriesOf(
  node: Node | undefined,
): readonly (readonly [string, Node])[] {
  return node?.kind === "map"
    ? node.entries.map(({ key, value }) => [key, value])
    : [];
}
