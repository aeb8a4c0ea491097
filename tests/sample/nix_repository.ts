import { dirname, fromFileUrl, join } from "@std/path";
import { Configuration } from "../../lib/configuration/nix/configuration.ts";
import { applyEdits } from "../../lib/configuration/edit.ts";
import { place } from "../../lib/configuration/nix/place.ts";
import { Sources } from "../../lib/configuration/nix/sources.ts";

/**
 * A repository of three hosts and two modules, for `retire-overrides`. Real Nix
 * evaluates it, with the stand-in for NixOS of the specs as nixpkgs.
 */

const path = (name: string) =>
  fromFileUrl(new URL(`../../${name}`, import.meta.url));
const TREE = path("tests/golden/nix-hosts");
export const OPTION = "nixfiles.pleroma.postgresTag";
export const AZUSA = "hosts/azusa/configuration.nix";
export const CARCOSA = "hosts/carcosa/configuration.nix";
export const OPTIONS = "modules/pleroma/options.nix";

/** Paths below a directory, and what the files hold. */
function textsIn(directory: string, below = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { isDirectory, name } of Deno.readDirSync(directory)) {
    const inner = join(directory, name);
    if (!isDirectory) texts.set(below + name, Deno.readTextFileSync(inner));
    else {
      for (const it of textsIn(inner, `${below}${name}/`)) texts.set(...it);
    }
  }
  return texts;
}

class Repository {
  constructor(
    readonly home: string,
    texts: ReadonlyMap<string, string>,
  ) {
    for (const [name, text] of texts) this.write(name, text);
    Deno.mkdirSync(`${home}.nixpkgs/nixos`, { recursive: true });
    Deno.copyFileSync(
      path("tests/specs/nixos/system.nix"),
      `${home}.nixpkgs/nixos/default.nix`,
    );
  }

  write(name: string, text: string) {
    Deno.mkdirSync(dirname(join(this.home, name)), { recursive: true });
    Deno.writeTextFileSync(join(this.home, name), text);
  }

  get texts() {
    return textsIn(this.home);
  }

  /** What `upgrade` on that host does to the repository. */
  upgrade(host: string, option: string, from: string) {
    const texts = new Map(
      [...this.texts].map(([name, text]) => [join(this.home, name), text]),
    );
    const root = join(this.home, `hosts/${host}/configuration.nix`);
    const container = option.includes("wiki") ? "wiki-db" : "pleroma-db";
    const image = "docker.io/library/postgres";
    const placed = place(
      {
        container,
        option: option.split("."),
        from: { tag: from, image: `${image}:${from}` },
        to: { tag: "17", image: `${image}:17` },
      },
      new Configuration(new Sources(texts), { root, host, file: undefined }),
    );
    if (placed.kind !== "placed") throw new Error(placed.problem);
    for (const edit of placed.edits) {
      const text = texts.get(edit.file) ?? "";
      Deno.writeTextFileSync(edit.file, applyEdits(text, [edit]));
    }
  }

  async retire(...words: string[]) {
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", path("main.ts"), "retire-overrides"],
        ...["--nix-option", OPTION, "--to", "17", this.home, ...words],
      ],
      env: {
        NIX_PATH: `nixpkgs=${this.home}.nixpkgs`,
        NIX_REMOTE: `local?root=${this.home}.nixpkgs/root`,
      },
    }).output();
    const text = (bytes: Uint8Array) =>
      new TextDecoder().decode(bytes).replaceAll(this.home, "HOME");
    return { code, stderr: text(stderr), stdout: text(stdout) };
  }
}

export async function withRepository(
  deed: (repository: Repository) => Promise<void>,
) {
  const home = await Deno.makeTempDir({ prefix: "pgladder-nix-" });
  try {
    await deed(new Repository(home, textsIn(TREE)));
  } finally {
    await Deno.remove(home, { recursive: true });
    await Deno.remove(`${home}.nixpkgs`, { recursive: true });
  }
}

export const HAS_NIX = [...(Deno.env.get("PATH") ?? "").split(":")].some(
  (place) => {
    try {
      return Deno.statSync(`${place}/nix-instantiate`).isFile;
    } catch {
      return false;
    }
  },
);
