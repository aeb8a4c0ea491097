import { assertEquals } from "@std/assert";
import {
  DONE,
  ENABLED,
  HOME,
  retired,
  SAYS,
} from "../../../tests/sample/nix_retire.ts";
import type { Evaluated } from "./evaluate.ts";

const HELPER = `{ outputs = { nixpkgs, ... }: {
  nixosConfigurations = nixpkgs.lib.genAttrs [ "a" "b" ] (name:
    nixpkgs.lib.nixosSystem { modules = [ ./forum.nix ./hosts/\${name}.nix ]; });
}; }`;

Deno.test("retire() follows the hosts that a flake's own function makes", () => {
  const files = {
    "flake.nix": HELPER,
    "hosts/a.nix": `{ ${ENABLED} ${SAYS} }`,
    "hosts/b.nix": `{ ${ENABLED} }`,
  };
  assertEquals(retired(files), [
    `Not every host says forum.postgresTag = "17"`,
    `b: "15" by the default`,
  ]);
});

const UNSEEN = {
  "flake.nix":
    `{ outputs = { fleet, ... }: { nixosConfigurations = fleet.hosts ./.; }; }`,
  "hosts/a.nix": `{ ${ENABLED} ${SAYS} }`,
  "hosts/b.nix": `{ ${ENABLED} }`,
};
const flakeHost = (name: string) => ({
  name,
  root: `${HOME}/flake.nix`,
  attribute: name,
});
const says = (value: string): Evaluated => ({ kind: "value", value });

Deno.test("retire() goes by Nix's own word where hosts cannot be followed", () => {
  const hosts = ["a", "b"].map(flakeHost);
  assertEquals(
    retired(UNSEEN, {
      hosts,
      isListed: true,
      evaluated: new Map([["a", says("17")], ["b", says("15")]]),
    }),
    [`Not every host says forum.postgresTag = "17"`, `b: "15"`],
  );
  assertEquals(
    retired(UNSEEN, {
      hosts,
      isListed: true,
      evaluated: new Map([["a", says("17")], ["b", { kind: "disabled" }]]),
    }),
    { ...UNSEEN, ...DONE, "hosts/a.nix": `{ ${ENABLED} }` },
  );
  assertEquals(
    retired(UNSEEN, {
      hosts,
      evaluated: new Map([
        ["a", says("17")],
        ["b", { kind: "unknown", why: "no" }],
      ]),
    }),
    [
      "Not every host is known for certain",
      `"/nix/flake.nix" makes hosts that are not seen`,
      `"/nix/flake.nix" does not name "b" in a way that can be followed`,
    ],
  );
});

Deno.test("retire() refuses hosts that were not read, one and all", () => {
  const skipped = [`"/nix/hosts/b.nix" is a link`];
  const refused = [
    "Not every host is known for certain",
    `"/nix/hosts/b.nix" is a link, and was not read`,
  ];
  const files = { "hosts/a.nix": `{ imports = [ ../forum.nix ]; ${SAYS} }` };
  assertEquals(retired(files, { skipped }), refused);
  // What Nix says of each host that is seen says nothing of one that is not.
  const evaluated = new Map([["hosts/a", says("17")]]);
  assertEquals(retired(files, { evaluated, skipped }), refused);
});

Deno.test("retire() refuses hosts that no one has named, by whatever word", () => {
  const hosts = ["a"].map(flakeHost);
  assertEquals(
    retired(UNSEEN, { hosts, evaluated: new Map([["a", says("17")]]) }),
    [
      "Not every host is known for certain",
      `"/nix/flake.nix" makes hosts that are not seen`,
    ],
  );
});
