import type { Call } from "./calls.ts";
import type { Expression } from "./syntax.ts";

/** `genAttrs [ "a" ] f` and `mapAttrs f { a = …; }`: what each name gets. */
export function eachOf({ arguments: given, name }: Call) {
  const [first, second, ...more] = given;
  if (first === undefined || second === undefined || more.length > 0) return [];
  if (name === "genAttrs" && first.kind === "list") {
    const names = first.items.map(plainText);
    return names.includes(undefined) ? [] : first.items.map((item, at) => ({
      name: names[at] ?? "",
      value: call(second, item),
    }));
  }
  if (name !== "mapAttrs" || second.kind !== "set") return [];
  const single = second.bindings.every(({ keys }) =>
    keys.length === 1 && keys[0]?.text !== undefined
  );
  return !single ? [] : second.bindings.map(({ keys: [key], value }) => {
    const { end, start } = key ?? value;
    const text = key?.text ?? "";
    const part = { kind: "text", text, verbatim: false, start, end } as const;
    const named = { kind: "string", parts: [part], start, end } as const;
    return { name: text, value: call(call(first, named), value) };
  });
}

function call(callee: Expression, argument: Expression): Expression {
  const { end } = argument;
  return { kind: "apply", callee, argument, start: callee.start, end };
}

function plainText(expression: Expression): string | undefined {
  if (expression.kind !== "string") return undefined;
  const [part, ...more] = expression.parts;
  return more.length === 0 && part?.kind === "text" ? part.text : undefined;
}
