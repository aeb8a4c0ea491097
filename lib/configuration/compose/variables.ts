import { isKnown, joined } from "../edit.ts";
import type { Piece } from "../nix/texts.ts";
import type { Node } from "./yaml.ts";

type Text = Extract<Node, { kind: "text" }>;

/** What a variable is, and where that stands. */
export type Variables = ReadonlyMap<string, Piece>;

const VARIABLE =
  /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^{}]*))?\})/g;

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
  let at = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, dollar, bare, braced, operator = "", word = ""] = match;
    add(at, match.index);
    at = match.index + whole.length;
    if (dollar !== undefined) {
      add(at - 1, at, false);
      continue;
    }
    const known = variables.get(bare ?? braced ?? "");
    const isEmpty = known?.kind === "text" && known.text === "";
    if (operator.endsWith("+")) pieces.push({ kind: "unknown" });
    else if (known !== undefined && !(isEmpty && operator.startsWith(":"))) {
      pieces.push(known);
    } else if (operator.endsWith("-") && !word.includes("$")) {
      add(at - 1 - word.length, at - 1);
    } else pieces.push({ kind: "unknown" });
  }
  add(at, text.length);
  return pieces;
}

/** Names in a text that have neither a value nor a default. */
export function unsetIn(source: string, variables: Variables): string[] {
  return [...source.matchAll(VARIABLE)].flatMap(
    ([, dollar, bare, braced, operator = ""]) => {
      const name = bare ?? braced;
      const isGiven = name === undefined || variables.has(name);
      return dollar !== undefined || isGiven || /[-+]$/.test(operator)
        ? []
        : [name];
    },
  );
}

/** How often the variables' names are taken for a value. */
export function usesOf(source: string, name: string): number {
  return [...source.matchAll(VARIABLE)]
    .filter(([, , bare, braced]) => name === (bare ?? braced)).length;
}

/** "" where not all of it is known. */
export function joinedText(pieces: readonly Piece[]): string {
  return isKnown(pieces) ? joined(pieces) : "";
}
