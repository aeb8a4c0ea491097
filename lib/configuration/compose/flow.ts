import { type Entry, type Node, OTHER, YamlError } from "./yaml.ts";

/** What has brackets or quotes, and so an end of its own. */
export interface Read {
  readonly node: Node;
  /** Behind its last letter. */
  readonly end: number;
}

/** "…" or '…', the opening quote at `at`. */
export function readQuoted(source: string, at: number): Read {
  const quote = source[at] ?? "";
  const start = at + 1;
  let text = "";
  let verbatim = true;
  for (let here = start; here < source.length;) {
    const letter = source[here] ?? "";
    if (letter === quote && quote === "'" && source[here + 1] === "'") {
      text += "'";
      verbatim = false;
      here += 2;
    } else if (letter === quote) {
      const node: Node = { kind: "text", text, start, end: here, verbatim };
      return { node, end: here + 1 };
    } else if (letter === "\\" && quote === '"') {
      // What escapes stand for is not needed of a value that we may change.
      text += source.slice(here, here + 2);
      verbatim = false;
      here += 2;
    } else {
      if (letter === "\n") verbatim = false;
      text += letter;
      here += 1;
    }
  }
  throw new YamlError("a quote has no end");
}

/** `[a, b]` or `{ a: b }`, the opening bracket at `at`. */
export function readFlow(source: string, at: number): Read {
  const open = source[at];
  const close = open === "[" ? "]" : "}";
  const items: Node[] = [];
  const entries: Entry[] = [];
  let here = skip(source, at + 1);
  while (source[here] !== close) {
    const { end, node } = readItem(source, here);
    here = skip(source, end);
    if (open === "{" && source[here] === ":") {
      const value = readItem(source, skip(source, here + 1));
      const key = node.kind === "text" ? node.text : "";
      entries.push({ key, value: value.node });
      here = skip(source, value.end);
    } else items.push(node);
    if (source[here] === ",") here = skip(source, here + 1);
    else if (source[here] !== close) throw new YamlError("a bracket is open");
  }
  const node: Node = open === "["
    ? { kind: "list", items }
    : { kind: "map", entries };
  return { node, end: here + 1 };
}

function readItem(source: string, at: number): Read {
  const first = source[at] ?? "";
  if (/["']/.test(first)) return readQuoted(source, at);
  if (/[[{]/.test(first)) return readFlow(source, at);
  const plain = /^(?:[^,[\]{}:#\n]|:(?=[^\s,\]}])|(?<!\s)#)*/
    .exec(source.slice(at))?.[0].trimEnd() ?? "";
  const end = at + plain.length;
  if (/^[&*!]/.test(plain)) return { node: OTHER, end };
  if (plain === "") throw new YamlError("a bracket is open");
  return {
    node: { kind: "text", text: plain, start: at, end, verbatim: true },
    end,
  };
}

/** Blanks, line ends and comments. */
function skip(source: string, at: number): number {
  const blank = /^(?:\s|(?<=\s)#[^\n]*)*/.exec(source.slice(at))?.[0] ?? "";
  return at + blank.length;
}
