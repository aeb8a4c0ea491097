import { dirname, join } from "@std/path";
import { sources } from "./sources.ts";
import { nodesOf } from "./tree.ts";

/** What imports what, in every file of the repository. */

const TYPESCRIPT = sources(/\.ts$/);

/** Without what only tests use. */
export const isProduct = ({ path }: { path: string }) =>
  !/_test\.ts$|^tests\/|^lib\/pack\/|\/testdata\//.test(path);

/** Every import, from and to as paths from the top; packages by their name. */
export const IMPORTS = nodesOf(TYPESCRIPT, [
  "ImportDeclaration",
  "ImportExpression",
  "ExportAllDeclaration",
  "ExportNamedDeclaration",
]).filter(({ name }) => name !== "").map(({ at, name }) => {
  const from = at.replace(/:\d+$/, "");
  return {
    at,
    from,
    to: name.startsWith(".") ? join(dirname(from), name) : name,
  };
});

/** Imports of product files, as sentences. */
export function importsFrom(from: RegExp, to: RegExp): string[] {
  return IMPORTS.filter((it) =>
    isProduct({ path: it.from }) && from.test(it.from) && to.test(it.to)
  ).map(({ at, to }) => `${at} imports ${to}`);
}
