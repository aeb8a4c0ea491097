import { type Configuration, startsWith } from "./configuration.ts";
import type { Edit } from "../edit.ts";
import type { Site } from "./assignments.ts";
import type { Binding, Expression } from "./syntax.ts";
import { pathText } from "./describe.ts";

/** An assignment, and the path of the set that it stands in. */
interface Neighbour {
  readonly file: string;
  readonly binding: Binding;
  readonly within: readonly string[];
}

/**
 * A line for an option that this host leaves at the module's default: beside
 * what the host sets of the same module, else at the end of the file that the
 * operator has named, or of configuration.nix. Else a phrase: why not.
 */
export function newLine(
  option: readonly string[],
  /** As Nix writes it. */
  value: string,
  module: string,
  configuration: Configuration,
): Edit | string {
  const { roots, sources } = configuration;
  const candidates = configuration.sites.filter((site) =>
    site.rooted && !site.named && !site.conditional &&
    site.file !== module && site.path[0] !== "options" &&
    (roots.file === undefined || site.file === roots.file) &&
    !configuration.isShared(site.file)
  );
  const same = lastOf(
    candidates.filter(({ path }) => startsWith(path, option.slice(0, -1))),
    option,
  );
  const files = new Set(same.map(({ file }) => file));
  const [place] = same;
  if (files.size === 0) {
    const end = atTheEnd(option, value, configuration, undefined);
    if (end !== undefined) return end;
  }
  if (place === undefined || files.size > 1) {
    return `"${
      option.join(".")
    }" is left at its default, and no one place offers itself for this host's own`;
  }
  return insertBehind(
    place,
    `${pathText(option.slice(place.within.length))} = ${value};`,
    sources.texts.get(place.file) ?? "",
  );
}

/** Behind the last assignment of the file that is this host's own. */
export function atTheEnd(
  option: readonly string[],
  value: string,
  configuration: Configuration,
  own: string | undefined,
): Edit | undefined {
  const { roots: { file: named, root }, sources } = configuration;
  const start = root?.endsWith("/flake.nix") ? undefined : root;
  const file = own ?? named ?? start;
  const whole = file && sources.expression(file);
  const set = whole && rootOf(whole);
  if (!file || !set || configuration.isShared(file)) return undefined;
  const text = sources.texts.get(file) ?? "";
  const assignment = `${pathText(option)} = ${value};`;
  const last = set.bindings.reduce<Binding | undefined>(
    (most, it) => most && most.end > it.end ? most : it,
    undefined,
  );
  if (last !== undefined) {
    return insertBehind({ file, binding: last, within: [] }, assignment, text);
  }
  const at = set.end - 1;
  const added = /\s/.test(text[at - 1] ?? "")
    ? `${assignment} `
    : ` ${assignment} `;
  return { file, start: at, end: at, old: "", new: added };
}

/** The set that a module is, or its `config`; undefined for another shape. */
function rootOf(
  whole: Expression,
): Expression & { kind: "set" } | undefined {
  if (/^(lambda|let|with|assert)$/.test(whole.kind) && "body" in whole) {
    return rootOf(whole.body);
  }
  if (whole.kind !== "set") return undefined;
  const isWhole = whole.bindings.some(({ keys: [key] }) =>
    key?.text === "config" || key?.text === "options"
  );
  if (!isWhole) return whole;
  const config = whole.bindings.find(({ keys }) =>
    keys.length === 1 && keys[0]?.text === "config"
  );
  return config?.value.kind === "set" ? config.value : undefined;
}

/** The last one in each file. */
function lastOf(
  sites: readonly Site[],
  option: readonly string[],
): Neighbour[] {
  const found = new Map<string, Neighbour>();
  for (const { binding, file, within } of sites) {
    if (binding === undefined || within === undefined) continue;
    if (!startsWith(option, within.path)) continue;
    const known = found.get(file);
    if (known === undefined || known.binding.start < binding.start) {
      found.set(file, { file, binding, within: within.path });
    }
  }
  return [...found.values()];
}

/** On a line of its own, indented like its neighbour, where that has one. */
function insertBehind(
  { binding, file }: Neighbour,
  assignment: string,
  text: string,
): Edit {
  const insert = (at: number, added: string): Edit => ({
    file,
    start: at,
    end: at,
    old: "",
    new: added,
  });
  const lineStart = text.lastIndexOf("\n", binding.start - 1) + 1;
  const indent = text.slice(lineStart, binding.start);
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r?\n)/.exec(text.slice(binding.end));
  if (/\S/.test(indent) || rest === null) {
    return insert(binding.end, ` ${assignment}`);
  }
  const end = binding.end + rest[0].length;
  const newline = text.startsWith("\r\n", end) ? "\r\n" : "\n";
  return insert(end, `${newline}${indent}${assignment}`);
}
