import { skipType, tokensOf } from "./tokens.ts";

/**
 * What the parser of any server makes of an expression that another one has
 * written down. A server writes every operator in parentheses and every cast
 * that there is; read again and written again the text is the same, but for
 * the three things that this file knows. Hence nothing else may differ.
 */

/** A word, or what stands between two brackets. */
type Node = string | Group;

interface Group {
  readonly open: string;
  readonly close: string;
  readonly items: readonly Node[];
}

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/** The tokens as a tree; `undefined` where brackets do not match. */
function treeOf(tokens: readonly string[]): Node[] | undefined {
  const stack: { open: string; items: Node[] }[] = [{ open: "", items: [] }];
  for (const token of tokens) {
    const top = stack.at(-1);
    if (top === undefined) return undefined;
    if (token in CLOSING) stack.push({ open: token, items: [] });
    else if (token === ")" || token === "]") {
      if (CLOSING[top.open] !== token) return undefined;
      stack.pop();
      stack.at(-1)?.items.push({ ...top, close: token });
    } else top.items.push(token);
  }
  return stack.length === 1 ? stack[0]?.items : undefined;
}

const flat = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) =>
    typeof node === "string"
      ? [node]
      : [node.open, ...flat(node.items), node.close]
  );

const isGroup = (node: Node | undefined, open: string): node is Group =>
  typeof node === "object" && node.open === open;

/** `((a OR b) OR c)` is read as `(a OR b OR c)`, by every server. */
function withoutLeftNesting(items: readonly Node[]): readonly Node[] {
  const [first, word] = items;
  if (word !== "OR" && word !== "AND") return items;
  return isGroup(first, "(") && first.items[1] === word
    ? withoutLeftNesting([...first.items, ...items.slice(1)])
    : items;
}

/** `(- 5)` is read as the constant `'-5'::integer`. */
function negated({ items, open }: Group): readonly Node[] | undefined {
  const [sign, number] = items;
  if (open !== "(" || items.length !== 2 || sign !== "-") return undefined;
  if (typeof number !== "string" || !/^\d+(\.\d+)?$/.test(number)) {
    return undefined;
  }
  const type = number.includes(".") ? "numeric" : "integer";
  return [`'-${number}'`, "::", type];
}

/** What stands between commas. */
function elementsOf(items: readonly Node[]): Node[][] {
  const elements: Node[][] = [[]];
  for (const item of items) {
    if (item === ",") elements.push([]);
    else elements.at(-1)?.push(item);
  }
  return elements;
}

/** `(ARRAY[a, b])::text[]` is read as `ARRAY[(a)::text, (b)::text]`. */
function castsInElements(nodes: readonly Node[], at: number) {
  const [group, colons] = nodes.slice(at, at + 2);
  if (!isGroup(group, "(") || colons !== "::") return undefined;
  const [word, elements] = group.items;
  if (group.items.length !== 2 || word !== "ARRAY" || !isGroup(elements, "[")) {
    return undefined;
  }
  const rest = flat(nodes.slice(at + 2));
  const type = rest.slice(0, skipType(rest, 0));
  if (type.slice(-2).join("") !== "[]" || elements.items.length === 0) {
    return undefined;
  }
  const element = type.slice(0, -2);
  const items = elementsOf(elements.items).flatMap((items, index) => [
    ...(index === 0 ? [] : [","]),
    ...[{ open: "(", items: settled(items), close: ")" }, "::", ...element],
  ]);
  const width = treeOf(type)?.length ?? type.length;
  return {
    nodes: [word, { open: "[", items, close: "]" }],
    end: at + 2 + width,
  };
}

function settled(nodes: readonly Node[]): Node[] {
  const kept: Node[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at] ?? "";
    const cast = castsInElements(nodes, at);
    if (cast !== undefined) {
      kept.push(...cast.nodes);
      at = cast.end - 1;
    } else if (typeof node === "string") kept.push(node);
    else {
      kept.push(
        ...negated(node) ??
          [{
            ...node,
            items: withoutLeftNesting(settled(withoutLeftNesting(node.items))),
          }],
      );
    }
  }
  return kept;
}

/** The tokens of a text as they are after any server has read and written it. */
export function settledTokens(text: string): string[] {
  const tokens = tokensOf(text);
  const tree = treeOf(tokens);
  return tree === undefined ? tokens : flat(settled(tree));
}
