import { basename, dirname, join } from "@std/path";
import { applyEdits, type Edit } from "../edit.ts";
import { evaluate } from "./evaluate.ts";
import { onCopy } from "./on_copy.ts";
import type { Wish } from "../target.ts";
import type { Ports } from "../../port/ports.ts";

/** The files of a NixOS configuration, and what Nix and git say of them. */

/** Files are text of a person's: more than this is something else. */
const FILES_MAX = 3000;
const BYTES_MAX = 1024 * 1024;
const DEPTH_MAX = 12;
const NIXOS = "/etc/nixos";
/** What NixOS makes containers of. */
const CONTAINERS = ["virtualisation", "oci-containers", "containers"];

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
export async function rebuildOf(
  home: string,
  root: string | undefined,
  ports: Ports,
) {
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

/**
 * The container's image as Nix itself sees it after the change; undefined
 * where that cannot be evaluated here. A flake would be copied into the store:
 * it is left to the rebuild.
 */
export async function imageAfter(
  { container }: Wish,
  edits: readonly Edit[],
  { home, root }: { home: string; root: string | undefined },
  texts: ReadonlyMap<string, string>,
  ports: Ports,
): Promise<string | undefined> {
  if (root === undefined || basename(root) === "flake.nix") return undefined;
  const option = [...CONTAINERS, container, "image"];
  const host = { name: container, root, attribute: undefined };
  const look = async (place: string) => {
    const seen = await evaluate([host], { home, option, place }, ports);
    const it = seen.get(container);
    return it?.kind === "value" ? it.value : undefined;
  };
  // Where it cannot be evaluated as it is, it cannot be as it will be.
  if (await look(home) === undefined) return undefined;
  const changed = new Map(
    edits.map(({ file }) => [
      file,
      applyEdits(
        texts.get(file) ?? "",
        edits.filter((edit) => edit.file === file),
      ),
    ]),
  );
  return await onCopy(home, changed, ports, look);
}
