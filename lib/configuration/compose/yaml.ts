import type * as Yaml from "yaml";

/**
 * A YAML document, each text with the place where it stands; aliases stand for
 * what they name, and maps have what is merged into them.
 */
export type Node =
  | {
    readonly kind: "text";
    readonly text: string;
    /** Offsets of the text itself, without quotes, in UTF-16 units. */
    readonly start: number;
    readonly end: number;
    /** It stands there letter for letter. */
    readonly verbatim: boolean;
  }
  | { readonly kind: "map"; readonly entries: readonly Entry[] }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  /** Nothing, or what is no text. */
  | { readonly kind: "other" };

export interface Entry {
  readonly key: string;
  readonly value: Node;
}

export class YamlError extends Error {
  override name = "YamlError";
}

/** The longest file that is read, in UTF-16 units. */
const LENGTH_MAX = 1024 * 1024;

/** @throws {YamlError} it is no YAML, or has tags, which only compose knows */
export async function readYaml(source: string): Promise<Node> {
  if (source.length > LENGTH_MAX) throw new YamlError("it is too long");
  // Loaded on first use: it takes longer than a status.
  const yaml = await import("yaml");
  const document = yaml.parseDocument(source, {
    merge: true,
    prettyErrors: false,
    logLevel: "error",
  });
  const [wrong] = document.errors;
  if (wrong !== undefined) {
    const words = wrong.code === "MULTIPLE_DOCS"
      ? "another document begins"
      : wrong.message;
    throw new YamlError(`line ${lineOf(source, wrong.pos[0])}: ${words}`);
  }
  return new Reader(yaml, document, source).read(document.contents);
}

/** The value at a path of keys; undefined where there is none. */
export function at(node: Node, ...path: readonly string[]): Node | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  if (node.kind !== "map") return undefined;
  const entry = node.entries.findLast((it) => it.key === key);
  return entry && at(entry.value, ...rest);
}

/** Every text in it, each once. */
export function textsIn(
  node: Node,
  found = new Map<number, string>(),
  seen = new Set<Node>(),
): ReadonlyMap<number, string> {
  if (seen.has(node)) return found;
  seen.add(node);
  if (node.kind === "text") found.set(node.start, node.text);
  if (node.kind === "list") {
    for (const item of node.items) textsIn(item, found, seen);
  }
  if (node.kind === "map") {
    for (const { value } of node.entries) textsIn(value, found, seen);
  }
  return found;
}

const OTHER: Node = { kind: "other" };

/** Each node is read once, however many aliases name it. */
class Reader {
  readonly #known = new Map<unknown, Node>();

  constructor(
    readonly yaml: typeof Yaml,
    readonly document: Yaml.Document,
    readonly source: string,
  ) {}

  read(node: unknown): Node {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    // What leads back to itself has no end.
    this.#known.set(node, OTHER);
    const read = this.#read(node);
    this.#known.set(node, read);
    return read;
  }

  #read(node: unknown): Node {
    const { isAlias, isMap, isScalar, isSeq } = this.yaml;
    if (isAlias(node)) return this.read(node.resolve(this.document));
    if (isMap(node)) {
      this.#requirePlain(node);
      return { kind: "map", entries: this.#entriesOf(node) };
    }
    if (isSeq(node)) {
      this.#requirePlain(node);
      return { kind: "list", items: node.items.map((item) => this.read(item)) };
    }
    if (!isScalar(node)) return OTHER;
    this.#requirePlain(node);
    return this.#textOf(node);
  }

  /** What stands in the map itself goes before what is merged into it. */
  #entriesOf(map: Yaml.YAMLMap): readonly Entry[] {
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const { key, value } of map.items) {
      if (this.#isMerge(key)) merged.push(...this.#merged(this.read(value)));
      else {
        const name = this.yaml.isScalar(key)
          ? key.source ?? String(key.value)
          : "";
        own.push({ key: name, value: this.read(value) });
      }
    }
    const keys = new Set(own.map(({ key }) => key));
    for (const entry of merged) {
      if (keys.has(entry.key)) continue;
      keys.add(entry.key);
      own.push(entry);
    }
    return own;
  }

  #isMerge(key: unknown): boolean {
    return this.yaml.isScalar(key) && key.type === "PLAIN" &&
      this.#slice(key) === "<<";
  }

  #merged(node: Node): readonly Entry[] {
    if (node.kind === "map") return node.entries;
    return node.kind === "list"
      ? node.items.flatMap((item) => this.#merged(item))
      : [];
  }

  #textOf(scalar: Yaml.Scalar): Node {
    const { range, type, value } = scalar;
    if (range === null || range === undefined || value === null) return OTHER;
    const quote = type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE" ? 1 : 0;
    const start = range[0] + quote;
    const end = range[1] - quote;
    const there = this.source.slice(start, end);
    const text = typeof value === "string" ? value : there;
    return { kind: "text", text, start, end, verbatim: there === text };
  }

  #slice({ range }: Yaml.Scalar): string {
    return this.source.slice(range?.[0], range?.[1]);
  }

  /** `!reset` and `!override` change what is merged, and there may be others. */
  #requirePlain({ range, tag }: Yaml.Node) {
    if (tag === undefined || !tag.startsWith("!")) return;
    const line = lineOf(this.source, range?.[0] ?? 0);
    throw new YamlError(`line ${line}: the tag ${tag}`);
  }
}

function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}
