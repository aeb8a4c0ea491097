import type { Source } from "./sources.ts";

/** A place in a source that a rule is about. */
export interface Place {
  readonly kind: Deno.lint.Node["type"];
  /** From the top of the repository, with its line. */
  readonly at: string;
  readonly text: string;
  /** What an import or an export is from, a name, or "". */
  readonly name: string;
}

/** Of each source, all nodes of these kinds. */
export function nodesOf(
  files: readonly Source[],
  kinds: readonly Deno.lint.Node["type"][],
): readonly Place[] {
  const found: Place[] = [];
  for (const { path, text } of files) {
    const plugin: Deno.lint.Plugin = {
      name: "tidy",
      rules: {
        collect: {
          create: (context) => ({
            [kinds.join(",")](node: Deno.lint.Node) {
              const line = text.slice(0, node.range[0]).split("\n").length;
              found.push({
                kind: node.type,
                at: `${path}:${line}`,
                text: context.sourceCode.getText(node),
                name: nameOf(node),
              });
            },
          }),
        },
      },
    };
    Deno.lint.runPlugin(plugin, path, text);
  }
  return found;
}

function nameOf(node: Deno.lint.Node): string {
  switch (node.type) {
    case "Identifier":
      return node.name;
    case "ImportDeclaration":
    case "ExportAllDeclaration":
      return node.source.value;
    case "ExportNamedDeclaration":
      return node.source?.value ?? "";
    case "ImportExpression":
      return node.source.type === "Literal" ? String(node.source.value) : "";
    default:
      return "";
  }
}
