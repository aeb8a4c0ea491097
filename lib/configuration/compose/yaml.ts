import { readFlow, readQuoted } from "./flow.ts";

/**
 * As much of YAML as compose files are written in, each value with the place
 * where it stands. What is beyond that (anchors, aliases, tags, texts of many
 * lines) is skipped as "other": nobody is told a value that may be another.
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
  | { readonly kind: "other" };

export interface Entry {
  readonly key: string;
  readonly value: Node;
}

export class YamlError extends Error {
  override name = "YamlError";
}

/** @throws {YamlError} it is not YAML as it is known here */
export function readYaml(source: string): Node {
  const reader = new Reader(source);
  const node = reader.block(0);
  reader.requireEnd();
  return node;
}

/** The value at a path of keys; undefined where there is none. */
export function at(node: Node, ...path: readonly string[]): Node | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  if (node.kind !== "map") return undefined;
  const entry = node.entries.findLast((it) => it.key === key);
  return entry && at(entry.value, ...rest);
}

export const OTHER: Node = { kind: "other" };

/** A line that says something: neither blank nor a comment alone. */
interface Line {
  readonly indent: number;
  /** Of its first letter, and behind its last one. */
  readonly start: number;
  readonly end: number;
}

const KEY =
  /^(?:"([^"\\]*)"|'([^']*)'|(<<|[^\s"'#&*!|>%@`{}[\],?-](?:[^:#]|:(?=\S)|#)*?))\s*:(?=\s|$)/;

class Reader {
  readonly #lines: Line[] = [];
  #next = 0;

  constructor(readonly source: string) {
    for (const { index, 0: text } of source.matchAll(/[^\n]+/g)) {
      const said = text.replace(/\r$/, "");
      if (/^\s*(#|$)/.test(said)) continue;
      if (/^---\s*$/.test(said) && this.#lines.length === 0) continue;
      if (/^(---|\.\.\.|%)/.test(said)) {
        throw new YamlError("more than one document");
      }
      const indent = /^ */.exec(said)?.[0].length ?? 0;
      const start = index + indent;
      this.#lines.push({ indent, start, end: index + said.trimEnd().length });
    }
  }

  requireEnd(): void {
    if (this.#line !== undefined) this.#fail("this is not expected here");
  }

  /** What the next lines hold, as long as they are indented so far. */
  block(indent: number): Node {
    const line = this.#line;
    if (line === undefined || line.indent < indent) return OTHER;
    if (this.#isItem(line)) return this.#list(line.indent);
    if (KEY.test(this.#text(line))) return this.#map(line.indent);
    this.#next += 1;
    return this.#value(line, line.start, line.indent);
  }

  #map(indent: number): Node {
    const entries: Entry[] = [];
    for (let line = this.#line; line?.indent === indent; line = this.#line) {
      const found = KEY.exec(this.#text(line));
      if (found === null) return this.#fail("a key is expected here");
      this.#next += 1;
      const [whole, double, single, plain] = found;
      const key = double ?? single ?? plain ?? "";
      const value = this.#value(line, line.start + whole.length, indent);
      entries.push({ key, value });
    }
    if ((this.#line?.indent ?? 0) > indent) this.#fail("it is indented so far");
    return { kind: "map", entries };
  }

  #list(indent: number): Node {
    const items: Node[] = [];
    for (let line = this.#line; line?.indent === indent; line = this.#line) {
      if (!this.#isItem(line)) break;
      const rest = /^-\s*/.exec(this.#text(line))?.[0].length ?? 1;
      const start = line.start + rest;
      if (start >= line.end || this.source[start] === "#") {
        this.#next += 1;
        items.push(this.block(indent + 1));
        continue;
      }
      // What stands behind the dash may go on below, indented like this.
      this.#lines[this.#next] = { ...line, indent: indent + rest, start };
      items.push(this.block(indent + rest));
    }
    return { kind: "list", items };
  }

  /** What stands behind a key, or below it. */
  #value(line: Line, from: number, indent: number): Node {
    const { source } = this;
    let start = from;
    while (start < line.end && /\s/.test(source[start] ?? "")) start += 1;
    if (start >= line.end || source[start] === "#") return this.#below(indent);
    const first = source[start] ?? "";
    if (/[|>&*!]/.test(first)) return this.#skip(indent);
    if (/[[{]/.test(first)) {
      const { end, node } = readFlow(source, start);
      this.#goOnBehind(end);
      return node;
    }
    if (/["']/.test(first)) {
      const { end, node } = readQuoted(source, start);
      this.#goOnBehind(end);
      return node;
    }
    const text = source.slice(start, line.end).replace(/\s+#.*$/, "");
    // A text of many lines is not told letter for letter.
    if ((this.#line?.indent ?? -1) > indent) return this.#skip(indent);
    const end = start + text.length;
    return { kind: "text", text, start, end, verbatim: true };
  }

  #below(indent: number): Node {
    const line = this.#line;
    if (line === undefined) return OTHER;
    if (line.indent === indent && this.#isItem(line)) {
      return this.#list(indent);
    }
    return line.indent > indent ? this.block(line.indent) : OTHER;
  }

  #skip(indent: number): Node {
    while ((this.#line?.indent ?? -1) > indent) this.#next += 1;
    // The items of an anchored list may stand below its very key.
    return OTHER;
  }

  /** Behind a value that has an end of its own nothing else may stand. */
  #goOnBehind(end: number): void {
    while ((this.#line?.start ?? Infinity) < end) this.#next += 1;
    const rest = /^[^\n]*/.exec(this.source.slice(end))?.[0] ?? "";
    if (!/^\s*(#.*)?$/.test(rest)) this.#fail("something stands behind it");
  }

  #isItem(line: Line): boolean {
    return /^-(\s|$)/.test(this.#text(line));
  }

  #text({ end, start }: Line): string {
    return this.source.slice(start, end);
  }

  get #line(): Line | undefined {
    return this.#lines[this.#next];
  }

  #fail(problem: string): never {
    const { start } = this.#line ?? this.#lines.at(-1) ?? { start: 0 };
    const number = this.source.slice(0, start).split("\n").length;
    throw new YamlError(`line ${number}: ${problem}`);
  }
}
