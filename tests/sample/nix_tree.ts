import { dirname, fromFileUrl, join } from "@std/path";
import type { ConfigurationRequest } from "../../lib/configuration/edit_plan.ts";
import { placeInNixos } from "../../lib/configuration/nix/nixos.ts";
import type { EditTarget } from "../../lib/configuration/target.ts";
import { MemoryFiles } from "./files.ts";
import { portsOf, QuietHost } from "./ports.ts";

/** Real Nix is asked, of trees that lie on the disk, with a stand-in for NixOS. */

const path = (name: string) =>
  fromFileUrl(new URL(`../${name}`, import.meta.url));

/** What lies on the disk, for tests that need no more of it. */
export class DiskFiles extends MemoryFiles {
  override async look(path: string) {
    const facts = await Deno.lstat(path).catch(() => undefined);
    if (facts === undefined) return undefined;
    const kind = facts.isDirectory
      ? "directory"
      : facts.isSymlink
      ? "link"
      : "file";
    const owner = { uid: 0, gid: 0, mode: 0o644 };
    const bytes = facts.size;
    return { kind, inode: "", device: "", owner, bytes } as const;
  }
  override list(path: string) {
    return Promise.resolve([...Deno.readDirSync(path)].map(({ name }) => name));
  }
  override async readText(path: string) {
    if (await this.look(path) === undefined) return undefined;
    return Deno.readTextFile(path);
  }
  override readSmall(path: string) {
    return this.readText(path).catch(() => undefined);
  }
  override writeText(path: string, text: string) {
    return Deno.writeTextFile(path, text);
  }
  override remove(path: string) {
    return Deno.remove(path, { recursive: true });
  }
}

/** Runs programs with that directory for /etc/nixos, NIX_PATH and Nix's store. */
function programsFor(base: string) {
  return async (command: readonly string[]) => {
    // Its low priority would have these tests wait for all others.
    const nice = command.indexOf("nice");
    const [program = "", ...args] = nice < 0
      ? command
      : command.toSpliced(nice, 3);
    const { code, stderr, stdout } = await new Deno.Command(program, {
      args: args.map((it) => it.replace(/^\/etc\/nixos/, `${base}/etc`)),
      env: {
        NIX_PATH: `nixpkgs=${base}/nixpkgs`,
        NIX_REMOTE: `local?root=${base}/root`,
        HOME: base,
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
}

/** A text that begins like this is a link. */
const LINK = "-> ";

/** Runs in a directory that plays /etc/nixos, and is gone afterwards. */
export async function inTree(
  texts: Readonly<Record<string, string>>,
  deed: (
    place: (
      asked: Partial<ConfigurationRequest>,
      target?: Partial<EditTarget>,
    ) => ReturnType<typeof placeInNixos>,
  ) => Promise<void>,
) {
  const base = await Deno.makeTempDir({ prefix: "pgladder-nix-" });
  const home = `${base}/etc`;
  const nixpkgs = `${base}/nixpkgs`;
  const write = async (file: string, text: string) => {
    await Deno.mkdir(dirname(file), { recursive: true });
    if (text.startsWith(LINK)) {
      await Deno.symlink(text.slice(LINK.length), file);
    } else {await Deno.writeTextFile(
        file,
        text.replaceAll("NIXPKGS", nixpkgs).replaceAll(
          "FORUM",
          `${base}/forum.nix`,
        ),
      );}
  };
  const system = await Deno.readTextFile(path("specs/nixos/system.nix"));
  const flake = await Deno.readTextFile(path("specs/nixos/flake.nix"));
  await write(`${nixpkgs}/nixos/default.nix`, system);
  await write(`${nixpkgs}/system.nix`, system);
  await write(`${nixpkgs}/flake.nix`, flake);
  for (const [name, text] of Object.entries(texts)) {
    await write(join(home, name), text);
  }
  const run = programsFor(base);
  const ports = portsOf({
    files: new DiskFiles({}),
    host: Object.assign(new QuietHost(), { run }),
  });
  try {
    await deed(async (asked, target) => {
      const editPlan = await placeInNixos(
        { kind: "nixos", hostname: "db-host", ...asked },
        {
          container: "db",
          from: { tag: "15", image: "docker.io/library/postgres:15" },
          to: { tag: "17", image: "docker.io/library/postgres:17" },
          ...target,
        },
        `podman-${target?.container ?? "db"}.service`,
        ports,
      );
      const plain = JSON.stringify(editPlan).replaceAll(home, "/etc/nixos");
      return JSON.parse(plain);
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

const HAS_NIX = [...(Deno.env.get("PATH") ?? "").split(":")].some((place) => {
  try {
    return Deno.statSync(`${place}/nix-instantiate`).isFile;
  } catch {
    return false;
  }
});

export const WIKI = `{ config, lib, ... }:
{
  options.wiki.postgresTag = lib.mkOption { type = lib.types.str; default = "15"; };
  config.virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:\${config.wiki.postgresTag}";
    volumes = [ "/srv/db:/var/lib/postgresql/data" ];
  };
}
`;
export const IMAGE = "docker.io/library/postgres";

export function nixTest(name: string, fn: () => Promise<void>) {
  Deno.test({ name, ignore: !HAS_NIX, fn });
}
