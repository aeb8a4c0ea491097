import { assertEquals } from "@std/assert";
import { dirname } from "@std/path";
import { DiskFiles } from "../../../tests/sample/nix_tree.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { textsBelow } from "./tree.ts";

/** What is read of a directory on the disk; its own path is HOME. */
async function read(
  texts: Readonly<Record<string, string | Uint8Array>>,
  links: Readonly<Record<string, string>> = {},
) {
  const home = await Deno.makeTempDir({ prefix: "pgladder-nix-" });
  try {
    for (const [name, text] of Object.entries(texts)) {
      Deno.mkdirSync(dirname(`${home}/${name}`), { recursive: true });
      const bytes = typeof text === "string"
        ? new TextEncoder().encode(text)
        : text;
      Deno.writeFileSync(`${home}/${name}`, bytes);
    }
    for (const [name, target] of Object.entries(links)) {
      Deno.symlinkSync(target, `${home}/${name}`);
    }
    const run = async ([program = "", ...args]: readonly string[]) => {
      const { code, stdout } = await new Deno.Command(program, { args })
        .output();
      return { code, stdout: new TextDecoder().decode(stdout), stderr: "" };
    };
    const host = Object.assign(new QuietHost(), { run });
    const ports = portsOf({ files: new DiskFiles({}), host });
    const { links: known, skipped, texts: found } = await textsBelow(
      home,
      ports,
    );
    const plain = (it: string) => it.replaceAll(home, "HOME");
    return {
      names: [...found.keys()].map(plain).sort(),
      skipped: skipped.map(plain).sort(),
      links: [...known].map(([from, to]) => `${plain(from)} ${plain(to)}`)
        .sort(),
    };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("Every file of Nix is read, and each that is not is told with the reason", async () => {
  const found = await read({
    "configuration.nix": "{ }",
    ".hosts/own.nix": "{ }",
    "notes.txt": "text",
    ".git/hooks.nix": "{ }",
    "latin.nix": Uint8Array.of(0x23, 0x4a, 0xf6, 0x72, 0x67, 0x0a),
    "large.nix": `# ${"-".repeat(1024 * 1024)}`,
    [`${"d/".repeat(14)}x.nix`]: "{ }",
  }, { "hosts": "elsewhere", "a.nix": "/etc/nixos/configuration.nix" });
  assertEquals(found, {
    names: ["HOME/.hosts/own.nix", "HOME/configuration.nix"],
    skipped: [
      `"HOME/a.nix" is a link`,
      `"HOME/${"d/".repeat(12)}d" lies too deep`,
      `"HOME/hosts" is a link`,
      `"HOME/large.nix" has more than 1048576 bytes`,
      `"HOME/latin.nix" is not plain text`,
    ],
    links: [],
  });
});

Deno.test("A link is another name of a file, where it is that in a copy of the tree, too", async () => {
  const found = await read({
    "hosts/a/configuration.nix": "{ }",
    "modules/forum.nix": "{ }",
    "README.md": "text",
  }, {
    "configuration.nix": "hosts/a/configuration.nix",
    "hosts/a/forum.nix": "../../modules/forum.nix",
    "hosts/a/near.nix": "./configuration.nix",
    "AGENTS.md": "README.md",
    "text.nix": "README.md",
    "chain.nix": "configuration.nix",
    "modules/default.nix": "forum.nix",
    "modules/out.nix": `../../etc/modules/forum.nix`,
    "modules/back.nix": `../hosts/../modules/forum.nix`,
    "hosts/dir": "a",
    "hosts/b.nix": "dir/configuration.nix",
    "gone.nix": "nothing.nix",
  });
  assertEquals(found, {
    names: ["HOME/hosts/a/configuration.nix", "HOME/modules/forum.nix"],
    links: [
      "HOME/configuration.nix HOME/hosts/a/configuration.nix",
      "HOME/hosts/a/forum.nix HOME/modules/forum.nix",
      "HOME/hosts/a/near.nix HOME/hosts/a/configuration.nix",
    ],
    skipped: [
      "chain.nix",
      "gone.nix",
      "hosts/b.nix",
      "hosts/dir",
      "modules/back.nix",
      "modules/default.nix",
      "modules/out.nix",
      "text.nix",
    ].map((name) => `"HOME/${name}" is a link`),
  });
});

Deno.test("Beyond ten thousand files each one is told", async () => {
  const names = Array.from({ length: 10_002 }, (_, at) => `p${at}.nix`);
  const owner = { uid: 0, gid: 0, mode: 0o644 };
  const file = {
    kind: "file",
    inode: "",
    device: "",
    owner,
    bytes: 3,
  } as const;
  const ports = portsOf({
    files: {
      list: () => Promise.resolve(names),
      look: () => Promise.resolve(file),
      readText: () => Promise.resolve("{ }"),
    },
  });
  const { skipped, texts } = await textsBelow("/etc/nixos", ports);
  assertEquals(texts.size, 10_000);
  assertEquals(skipped, [
    `"/etc/nixos/p10000.nix" comes after 10000 others`,
    `"/etc/nixos/p10001.nix" comes after 10000 others`,
  ]);
});
