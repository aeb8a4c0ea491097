import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { Configuration } from "../../configuration/nix/configuration.ts";
import { applyEdits } from "../../configuration/edit.ts";
import { place } from "../../configuration/nix/place.ts";
import { Sources } from "../../configuration/nix/sources.ts";

/**
 * A repository of three hosts and two modules: upgraded host by host, then the
 * module's default follows. Real Nix evaluates it, with the stand-in for
 * NixOS of the specs as nixpkgs.
 */

const path = (name: string) =>
  fromFileUrl(new URL(`../../../${name}`, import.meta.url));
const TREE = path("tests/golden/nix-hosts");
const OPTION = "nixfiles.pleroma.postgresTag";
const AZUSA = "hosts/azusa/configuration.nix";
const CARCOSA = "hosts/carcosa/configuration.nix";
const OPTIONS = "modules/pleroma/options.nix";

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

async function withRepository(
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

const HAS_NIX = [...(Deno.env.get("PATH") ?? "").split(":")].some((place) => {
  try {
    return Deno.statSync(`${place}/nix-instantiate`).isFile;
  } catch {
    return false;
  }
});

Deno.test("retire-overrides lists who does not say the version, and changes nothing", () =>
  withRepository(async (repository) => {
    const before = repository.texts;
    const first = await repository.retire("--yes");
    assertEquals(first.code, 3, first.stderr);
    assertEquals(
      first.stderr,
      `pgladder: Cannot retire the overrides of "${OPTION}": Not every host says ${OPTION} = "17":
  hosts/azusa/configuration: "15" in HOME/${AZUSA}:10 ${OPTION}
  hosts/carcosa/configuration: "13" by the default
  → Nothing was changed
`,
    );
    assertEquals(repository.texts, before);
    repository.upgrade("azusa", OPTION, "15");
    const second = await repository.retire("--yes");
    assertEquals(second.code, 3, second.stderr);
    assertStringIncludes(
      second.stderr,
      `"17":\n  hosts/carcosa/configuration: "13" by the default\n`,
    );
  }));

Deno.test({
  name: "Upgraded host by host, then retire-overrides: every value as it was",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      const before = repository.texts;
      repository.upgrade("azusa", OPTION, "15");
      repository.upgrade("carcosa", OPTION, "13");
      assertEquals(
        repository.texts.get(CARCOSA),
        `${before.get(CARCOSA)}`.replace(
          "pleroma.enable = true;\n",
          (it) => `${it}  nixfiles.pleroma.postgresTag = "17";\n`,
        ),
      );
      const unasked = await repository.retire();
      assertEquals(unasked.code, 3, unasked.stderr);
      assertStringIncludes(unasked.stderr, "Nobody is there to ask");
      const retired = await repository.retire("--yes");
      assertEquals(retired.code, 0, retired.stderr);
      assertStringIncludes(
        retired.stdout,
        `Nix parses each of these files as they will be.
Nix evaluates the same before and after: hosts/azusa/configuration "17", hosts/carcosa/configuration "17".`,
      );
      assertStringIncludes(
        retired.stdout,
        `-      default = "13"; # see "Upgrading PostgreSQL" before this is changed
+      default = "17"; # see "Upgrading PostgreSQL" before this is changed
`,
      );
      // The other module, and the host without this one, are as they were.
      before.set(
        OPTIONS,
        `${before.get(OPTIONS)}`.replace(`default = "13"`, `default = "17"`),
      );
      before.set(
        AZUSA,
        `${before.get(AZUSA)}`.replace(
          `    postgresTag = "15"; # since 2023\n`,
          "",
        ),
      );
      assertEquals(repository.texts, before);
      const again = await repository.retire("--yes");
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(again.stdout, "Nothing to do");
    }),
});

Deno.test({
  name: "A value that Nix sees otherwise than we do is a reason to stop",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      repository.upgrade("azusa", OPTION, "15");
      repository.upgrade("carcosa", OPTION, "13");
      // Below a computed name we do not see that it is set once more.
      const text = `${repository.texts.get(CARCOSA)}`;
      repository.write(
        CARCOSA,
        text.replace("imports = [", "imports = [ ./more.nix"),
      );
      repository.write(
        "hosts/carcosa/more.nix",
        `{ lib, ... }: let it = "pleroma"; in {
  nixfiles.\${it}.postgresTag = lib.mkDefault "13";
}
`,
      );
      const before = repository.texts;
      const { code, stderr } = await repository.retire("--yes");
      assertEquals(code, 3, stderr);
      assertStringIncludes(
        stderr,
        `Nix evaluates it to another value afterwards:
  hosts/carcosa/configuration: "17" → "13"`,
      );
      assertEquals(repository.texts, before);
    }),
});
