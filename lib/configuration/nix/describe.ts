import type { Edit } from "../edit.ts";
import type { Site } from "./assignments.ts";
import type { Sources } from "./sources.ts";
import { lineOf } from "./syntax.ts";

/** How places in a configuration are called. */

/** `/etc/nixos/db.nix:12 services.db.tag`; the edit's own place, if given. */
export function describe(site: Site, sources: Sources, edit?: Edit): string {
  const file = edit?.file ?? site.file;
  const at = edit?.start ?? site.binding?.start ?? site.expression.start;
  const line = lineOf(sources.texts.get(file) ?? "", at);
  const name = site.path.map(nameOf).join(".");
  return `${file}:${line} ${site.named ? `let ${name}` : name}`;
}

/** A path as Nix writes it, with quotes where Nix wants them. */
export function pathText(path: readonly string[]): string {
  return path.map(nameOf).join(".");
}

function nameOf(name: string): string {
  const keyword = /^(if|then|else|assert|with|let|in|rec|inherit)$/.test(name);
  const plain = /^([a-zA-Z_][a-zA-Z0-9_'-]*|\[\d+\]|\(.*\)|\$\{…\})$/;
  return plain.test(name) && !keyword ? name : JSON.stringify(name);
}
