import { basename, dirname, join } from "@std/path";
import type { Change } from "../../journal/plan.ts";
import { placeCompose } from "../compose/place.ts";
import { projectOf } from "../compose/project.ts";
import { unifiedDiff } from "../diff.ts";
import { Configuration } from "../nix/configuration.ts";
import { applyEdits, type Edit } from "../nix/edit.ts";
import { place } from "../nix/place.ts";
import { Sources } from "../nix/sources.ts";
import type { Placement, Wish } from "../nix/wish.ts";
import type { Ports } from "../port/ports.ts";
import { placeQuadlet } from "../quadlet.ts";
import { sha256 } from "../switch/changes.ts";

/** How the operator wants the configuration's files to be changed. */
export interface ConfigurationWish {
  readonly kind: "nixos" | "quadlet" | "compose";
  /** The file that sets it for this host, where it is named. */
  readonly file?: string;
  /** "nixfiles.pleroma.postgresTag" */
  readonly option?: string;
  readonly rebuild?: string;
  readonly hostname: string;
}

/** Where the configuration's files name the version; decided, not done. */
export type Placed =
  | Place & {
    readonly kind: "placed";
    /** A phrase: what was found. */
    readonly found: string;
    /** The line that has the change take effect; "" for none. */
    readonly rebuild: string;
    /** The clean git working tree that the files lie in, or "". */
    readonly git: string;
  }
  | {
    readonly kind: "unplaced";
    readonly problem: string;
    readonly candidates: readonly (Place & { readonly words: string })[];
    /** What a person would write. */
    readonly byHand: readonly string[];
    readonly rebuild: string;
  };

interface Place {
  readonly changes: readonly Change[];
  /** For a person, with the lines around. */
  readonly diff: string;
}

/** Files are text of a person's: more than this is something else. */
const FILES_MAX = 3000;
const BYTES_MAX = 1024 * 1024;
const DEPTH_MAX = 12;
const NIXOS = "/etc/nixos";
const QUADLETS = "/etc/containers/systemd";

/** Reads the configuration and finds the place; changes nothing. */
export async function findPlace(
  asked: ConfigurationWish,
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
  switch (asked.kind) {
    case "nixos":
      return await inNixos(asked, wish, ports);
    case "quadlet":
      return await inQuadlet(asked, wish, unit, ports);
    case "compose":
      return await inCompose(wish, unit, ports);
  }
}

async function inNixos(
  asked: ConfigurationWish,
  wish: Wish,
  ports: Ports,
): Promise<Placed> {
  const file = asked.file && await realPath(asked.file, ports);
  const home = await homeOf(file, ports);
  const texts = await textsBelow(home, ports);
  if (file && !texts.has(file)) {
    const text = await ports.files.readText(file);
    if (text !== undefined) texts.set(file, text);
  }
  const root = ["flake.nix", "configuration.nix"]
    .map((name) => join(home, name)).find((path) => texts.has(path));
  const option = asked.option?.split(".");
  const placement = place(
    { ...wish, ...(option === undefined ? {} : { option }) },
    new Configuration(new Sources(texts), {
      root,
      host: asked.hostname,
      file: file || undefined,
    }),
  );
  const rebuild = asked.rebuild ?? await rebuildOf(home, root, ports);
  const placed = placedFrom(placement, texts, rebuild);
  return placed.kind === "placed"
    ? { ...placed, git: await cleanTree(placed.changes[0]?.file ?? "/", ports) }
    : placed;
}

async function inQuadlet(
  asked: ConfigurationWish,
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
  const main = asked.file ??
    join(QUADLETS, `${unit.replace(/\.service$/, "")}.container`);
  const folder = `${main}.d`;
  const dropIns = (await ports.files.list(folder) ?? [])
    .filter((name) => name.endsWith(".conf"))
    .map((name) => join(folder, name));
  const texts = new Map<string, string>();
  for (const path of [main, ...dropIns]) {
    const real = await realPath(path, ports);
    const text = await ports.files.readText(real);
    if (text !== undefined) texts.set(real, text);
  }
  return placedFrom(placeQuadlet(wish, texts), texts, "");
}

async function inCompose(
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
  const project = await projectOf(ports, unit);
  const texts = new Map(project?.texts);
  if (project?.env !== undefined) {
    texts.set(project.env.file, project.env.text);
  }
  // What is no UTF-8 would not come back as it was.
  const unclear = [...texts].find(([, text]) => text.includes("\ufffd"));
  const placed = placeCompose(wish, project);
  if (unclear === undefined || placed.kind !== "placed") {
    return placedFrom(placed, texts, "");
  }
  const problem = `"${unclear[0]}" is not plain text`;
  return placedFrom({ kind: "none", problem, byHand: [] }, texts, "");
}

function placedFrom(
  placement: Placement,
  texts: ReadonlyMap<string, string>,
  rebuild: string,
): Placed {
  if (placement.kind === "placed") {
    const { edits, found } = placement;
    return {
      kind: "placed",
      found,
      rebuild,
      git: "",
      ...placeOf(edits, texts),
    };
  }
  const { byHand, problem } = placement;
  const candidates = placement.kind === "none"
    ? []
    : placement.candidates.map(({ edits, words }) => ({
      words,
      ...placeOf(edits, texts),
    }));
  return { kind: "unplaced", problem, candidates, byHand, rebuild };
}

function placeOf(
  edits: readonly Edit[],
  texts: ReadonlyMap<string, string>,
): Place {
  const files = [...Map.groupBy(edits, ({ file }) => file)];
  return {
    changes: files.map(([file, own]) => {
      const text = texts.get(file) ?? "";
      return {
        file,
        before: sha256(text),
        after: sha256(applyEdits(text, own)),
        edits: own.map(({ end, new: wanted, old, start }) => ({
          start,
          end,
          old,
          new: wanted,
        })),
      };
    }),
    diff: files.map(([file, own]) =>
      unifiedDiff(file, texts.get(file) ?? "", own)
    ).join("\n"),
  };
}

/** The directory of the configuration, no link. */
async function homeOf(file: string | undefined, ports: Ports) {
  const home = await realPath(NIXOS, ports);
  if (!file || file.startsWith(`${home}/`)) return home;
  for (let path = dirname(file); path !== "/"; path = dirname(path)) {
    for (const name of ["flake.nix", ".git"]) {
      if (await ports.files.look(join(path, name)) !== undefined) return path;
    }
  }
  return dirname(file);
}

async function realPath(path: string, { host }: Ports): Promise<string> {
  const { code, stdout } = await host.run(["readlink", "-f", "--", path]);
  const real = stdout.replace(/\n$/, "");
  return code === 0 && real.startsWith("/") ? real : path;
}

/** All of its Nix files; links are not followed, and nothing hidden is read. */
export async function textsBelow(home: string, { files }: Ports) {
  const texts = new Map<string, string>();
  const queue = [{ path: home, depth: 0 }];
  for (const { depth, path } of queue) {
    for (const name of await files.list(path) ?? []) {
      if (name.startsWith(".") || texts.size >= FILES_MAX) continue;
      const inner = join(path, name);
      const facts = await files.look(inner);
      if (facts?.kind === "directory" && depth < DEPTH_MAX) {
        queue.push({ path: inner, depth: depth + 1 });
      }
      const isText = facts?.kind === "file" && facts.bytes <= BYTES_MAX &&
        name.endsWith(".nix");
      const text = isText ? await files.readText(inner) : undefined;
      // What is no UTF-8 would not come back as it was.
      if (text !== undefined && !text.includes("\ufffd")) {
        texts.set(inner, text);
      }
    }
  }
  return texts;
}

/** What the operator would type. */
async function rebuildOf(home: string, root: string | undefined, ports: Ports) {
  const isUsual = home === await realPath(NIXOS, ports);
  if (isUsual || root === undefined) return "nixos-rebuild switch";
  const quoted = `'${home.replaceAll("'", `'\\''`)}'`;
  return basename(root) === "flake.nix"
    ? `nixos-rebuild switch --flake ${quoted}`
    : `nixos-rebuild switch -I nixos-config=${quoted}/${basename(root)}`;
}

/** A tree with changes of its own is not to be mixed up with ours. */
export async function cleanTree(file: string, { host }: Ports) {
  const git = ["git", "-C", dirname(file)];
  const top = await host.run([...git, "rev-parse", "--show-toplevel"]);
  if (top.code !== 0) return "";
  const status = await host.run([...git, "status", "--porcelain"]);
  const clean = status.code === 0 && status.stdout.trim() === "";
  return clean ? top.stdout.trim() : "";
}
