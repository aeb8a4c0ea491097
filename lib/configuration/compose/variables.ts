import { isKnown, joined } from "../edit.ts";
import type { Piece } from "../nix/texts.ts";
import type { Node } from "./yaml.ts";

type Text = Extract<Node, { kind: "text" }>;

/** What a variable is, and where that stands. */
export type Variables = ReadonlyMap<string, Piece>;

/** `NAME=value` of a file such as .env, the last one of each name. */
export function readVariables(file: string, source: string): Variables {
  const found = new Map<string, Piece>();
  const lines = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*)$/gm;
  for (
    const { 0: line, 1: name = "", 2: rest = "", index } of source.matchAll(
      lines,
    )
  ) {
    const quoted = /^(["'])([^"'\\$]*)\1\s*(?:#.*)?$/.exec(rest);
    const bare = /^[^"'\\$#\s]*(?=\s*$|\s+#)/.exec(rest);
    const text = quoted?.[2] ?? bare?.[0];
    if (text === undefined) found.set(name, { kind: "unknown" });
    else {
      const start = index + line.length - rest.length +
        (quoted === null ? 0 : 1);
      const end = start + text.length;
      found.set(name, { kind: "text", text, file, start, end, digits: false });
    }
  }
  return found;
}

/** What begins with a "$" and is no text. */
const HEAD = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(:?[-?+])?)/y;
/** A default may have variables of its own, and so on; so deep is read. */
const DEPTH_MAX = 10;

/** A variable's name where one stands for its value. */
interface Reference {
  readonly start: number;
  readonly end: number;
  /** "" of "$$", which stands for one "$". */
  readonly name: string;
  /** "", or what decides what counts instead of the value. */
  readonly operator: string;
  /** Where the word behind the operator stands. */
  readonly word: readonly [number, number];
}

/** A text, and where each of its "${" ends. */
export class Template {
  readonly #closings = new Map<number, number>();

  constructor(readonly text: string) {
    const open: number[] = [];
    for (let at = 0; at < text.length; at += 1) {
      if (text.startsWith("${", at)) open.push(at++);
      else if (text[at] === "}") this.#closings.set(open.pop() ?? -1, at);
    }
  }

  references(from = 0, to = this.text.length): readonly Reference[] {
    const found: Reference[] = [];
    let at = this.text.indexOf("$", from);
    while (at >= 0 && at < to) {
      const reference = this.#referenceAt(at);
      if (reference !== undefined) found.push(reference);
      at = this.text.indexOf("$", reference?.end ?? at + 1);
    }
    return found;
  }

  #referenceAt(start: number): Reference | undefined {
    HEAD.lastIndex = start;
    const found = HEAD.exec(this.text);
    if (found === null) return undefined;
    const [whole, , bare, braced, operator = ""] = found;
    const at = start + whole.length;
    if (braced === undefined) {
      return { start, end: at, name: bare ?? "", operator, word: [at, at] };
    }
    const end = this.#closings.get(start);
    return end === undefined || operator === "" && end !== at ? undefined : {
      ...{ start, end: end + 1, name: braced, operator, word: [at, end] },
    };
  }
}

/** A text of a compose file in its parts, variables taken for what they are. */
export function piecesOf(
  { start, text, verbatim }: Text,
  file: string,
  variables: Variables,
): Piece[] {
  const pieces: Piece[] = [];
  const add = (from: number, to: number, stands = verbatim) => {
    if (to <= from) return;
    pieces.push({
      kind: "text",
      text: text.slice(from, to),
      file,
      start: stands ? start + from : -1,
      end: stands ? start + to : -1,
      digits: false,
    });
  };
  const template = new Template(text);
  const walk = (from: number, to: number, depth: number) => {
    let at = from;
    for (const reference of template.references(from, to)) {
      add(at, reference.start);
      at = reference.end;
      const { name, word: [begin, end] } = reference;
      const said = name === "" ? "dollar" : countsOf(reference, variables);
      // In a word, compose and its versions do not agree on what "$$" is.
      if (said === "dollar" && depth === 0) add(at - 1, at, false);
      else if (typeof said === "object") pieces.push(said);
      else if (said === "word" && depth < DEPTH_MAX) {
        walk(begin, end, depth + 1);
      } else if (said !== "nothing") pieces.push({ kind: "unknown" });
    }
    add(at, to);
  };
  walk(0, text.length, 0);
  return pieces;
}

/** The value, or the word behind the operator. */
function countsOf(
  { name, operator }: Reference,
  variables: Variables,
): Piece | "word" | "nothing" {
  const known = variables.get(name);
  const isEmpty = known?.kind === "text" && known.text === "" &&
    operator.startsWith(":");
  const isSet = known !== undefined && !isEmpty;
  if (operator.endsWith("+")) {
    if (known?.kind === "unknown") return known;
    return isSet ? "word" : "nothing";
  }
  if (isSet) return known;
  return operator.endsWith("-") ? "word" : { kind: "unknown" };
}

/** Names in a text that have neither a value nor a default. */
export function unsetIn(source: string, variables: Variables): string[] {
  const template = new Template(source);
  const walk = (from: number, to: number, depth: number): string[] =>
    template.references(from, to).flatMap((reference) => {
      const { name, operator, word } = reference;
      if (name === "" || depth > DEPTH_MAX) return [];
      if (countsOf(reference, variables) === "word") {
        return walk(...word, depth + 1);
      }
      return variables.has(name) || operator.endsWith("+") ? [] : [name];
    });
  return walk(0, source.length, 0);
}

/** The names of all that is taken for a value, as often as they stand there. */
export function namesIn(source: string): readonly string[] {
  const template = new Template(source);
  const walk = (from: number, to: number, depth: number): string[] =>
    template.references(from, to).flatMap(({ name, word }) => [
      ...name === "" ? [] : [name],
      ...depth < DEPTH_MAX ? walk(...word, depth + 1) : [],
    ]);
  return walk(0, source.length, 0);
}

/** How often a variable is taken for its value. */
export const usesOf = (source: string, name: string): number =>
  namesIn(source).filter((it) => it === name).length;

/** "" where not all of it is known. */
export function joinedText(pieces: readonly Piece[]): string {
  return isKnown(pieces) ? joined(pieces) : "";
}
