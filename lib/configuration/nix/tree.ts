import { basename, dirname, join } from "@std/path";
import { quoted } from "../../base/shell.ts";
import type { FileFacts } from "../../port/files.ts";
import type { Ports } from "../../port/ports.ts";

/** The files of a NixOS configuration, and what Nix and git say of them. */

/** Files are text of a person's: more than this is something else. */
const FILES_MAX = 10_000;
const BYTES_MAX = 1024 * 1024;
const DEPTH_MAX = 12;
/** What git and others keep for themselves, and what Nix has built. */
const NO_SOURCE = /^(\.(git|jj|hg|svn|direnv|cache)|result(-.*)?)$/;
const NIXOS = "/etc/nixos";

/** The directory of the configuration, no link. */
export async function homeOf(file: string | undefined, ports: Ports) {
  const home = await realPath(NIXOS, ports);
  if (!file || file.startsWith(`${home}/`)) return home;
  for (let path = dirname(file); path !== "/"; path = dirname(path)) {
    for (const name of ["flake.nix", ".git"]) {
      if (await ports.files.look(join(path, name)) !== undefined) return path;
    }
  }
  return dirname(file);
}

export async function realPath(path: string, { host }: Ports): Promise<string> {
  const { code, stdout } = await host.run(["readlink", "-f", "--", path]);
  const real = stdout.replace(/\n$/, "");
  return code === 0 && real.startsWith("/") ? real : path;
}

/**
 * The text behind a path, and its name without links. It is asked for by the
 * path itself, since not every link of somebody's may be followed.
 */
export async function realText(path: string, ports: Ports) {
  const real = await realPath(path, ports);
  const text = await ports.files.readText(path);
  return {
    real,
    text: real === path ? text : await ports.files.readText(real),
  };
}

/** Files of Nix, and what was left out, a phrase each. */
export interface Texts {
  readonly texts: Map<string, string>;
  readonly skipped: readonly string[];
  /** Other names of these files. */
  readonly links: ReadonlyMap<string, string>;
}

/** All of its Nix files. Links are not followed. */
export async function textsBelow(home: string, ports: Ports): Promise<Texts> {
  const { files } = ports;
  const texts = new Map<string, string>();
  const skipped: string[] = [];
  const linked: string[] = [];
  const plain = new Set<string>();
  const queue = [{ path: home, depth: 0 }];
  for (const { depth, path } of queue) {
    for (const name of await files.list(path) ?? []) {
      if (NO_SOURCE.test(name)) continue;
      const inner = join(path, name);
      const facts = await files.look(inner);
      if (facts?.kind === "directory" && depth < DEPTH_MAX) {
        queue.push({ path: inner, depth: depth + 1 });
        continue;
      }
      if (facts?.kind === "link") {
        linked.push(inner);
        continue;
      }
      const why = whyNot(facts, name, texts.size >= FILES_MAX);
      if (why === undefined) {
        if (facts?.kind === "file") plain.add(inner);
        continue;
      }
      const text = why === "" ? await files.readText(inner) : undefined;
      // What is no UTF-8 would not come back as it was.
      const isText = text !== undefined && !text.includes("\ufffd");
      if (isText) texts.set(inner, text);
      else skipped.push(`"${inner}" ${why || "is not plain text"}`);
    }
  }
  const links = new Map<string, string>();
  for (const path of linked) {
    const target = await otherName(path, home, ports);
    if (target !== undefined && texts.has(target)) links.set(path, target);
    else if (path.endsWith(".nix") || !plain.has(target ?? "")) {
      skipped.push(`"${path}" is a link`);
    }
  }
  return { texts, skipped, links };
}

/**
 * Where a link leads, if that is the same place in a copy of the tree, and by
 * its text alone. Nix takes a path that is such a link as the file behind it,
 * but no default.nix of a directory.
 */
async function otherName(
  path: string,
  home: string,
  { host }: Ports,
): Promise<string | undefined> {
  const { code, stdout } = await host.run(["readlink", "--", path]);
  const found = /^((?:\.\.\/)*)(?:\.\/)?(?!\.\.?(?:\/|$))(.+)\n$/.exec(stdout);
  const [, up = "", below = ""] = found ?? [];
  const isWithin = up.length / 3 <=
    dirname(path).slice(home.length).split("/").length - 1;
  return code !== 0 || found === null || !isWithin ||
      /^\/|\/\/|(^|\/)\.\.?(\/|$)|\n/.test(below) ||
      basename(path) === "default.nix"
    ? undefined
    : join(dirname(path), up, below);
}

/** A phrase; "" where it can be read, undefined where it is nothing of Nix. */
function whyNot(
  facts: FileFacts | undefined,
  name: string,
  isFull: boolean,
): string | undefined {
  if (facts?.kind === "directory") return "lies too deep";
  if (facts?.kind !== "file" || !name.endsWith(".nix")) return undefined;
  if (isFull) return `comes after ${FILES_MAX} others`;
  return facts.bytes > BYTES_MAX ? `has more than ${BYTES_MAX} bytes` : "";
}

/** What the operator would type. */
export async function rebuildOf(
  home: string,
  root: string | undefined,
  ports: Ports,
) {
  const isUsual = home === await realPath(NIXOS, ports);
  if (isUsual || root === undefined) return "nixos-rebuild switch";
  const directory = quoted(home);
  return basename(root) === "flake.nix"
    ? `nixos-rebuild switch --flake ${directory}`
    : `nixos-rebuild switch -I nixos-config=${quoted(root)}`;
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
