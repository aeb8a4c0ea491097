import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { inTree, nixTest } from "../../../tests/sample/nix_tree.ts";

/** The example of the README beside this file is what Nix makes of it. */

const README = Deno.readTextFileSync(
  fromFileUrl(new URL("./README.md", import.meta.url)),
);
const FILES = Object.fromEntries(
  [...README.matchAll(/```nix\n# (\S+)\n(.*?)```/gs)].map(
    ([, name = "", text = ""]) => [
      name,
      text.replace(/github:NixOS[^"]*/, "path:NIXPKGS"),
    ],
  ),
);
const DIFF = /```diff\n(.*?)\n```/s.exec(README)?.[1];

nixTest("The README's repository: the diff is what plan shows", () =>
  inTree(
    {
      ...FILES,
      "hosts/nyarlathotep/configuration.nix":
        `{ nixfiles.pleroma.enable = true; }\n`,
    },
    async (place) => {
      const image = "docker.io/library/postgres";
      const found = await place({ hostname: "carcosa" }, {
        container: "pleroma-db",
        from: { tag: "15", image: `${image}:15` },
        to: { tag: "17", image: `${image}:17` },
      });
      assertEquals(found.kind === "placed" ? found.diff : found, DIFF);
    },
  ));
