import { assertEquals } from "@std/assert";
import {
  DONE,
  ENABLED,
  HOME,
  MODULE,
  retired,
  SAYS,
} from "../../../tests/sample/nix_retire.ts";

const host = (...lines: string[]) =>
  [`{ lib, ... }: {`, ...["imports = [ ../forum.nix ];", ...lines], "}\n"]
    .join("\n  ");

Deno.test("retire() takes the lines of all hosts, and leaves their neighbours", () => {
  assertEquals(
    retired({
      "hosts/a.nix": host(ENABLED, `${SAYS} # as others`, "a = 1;"),
      "hosts/b.nix": host(`${ENABLED} ${SAYS} b = 2;`),
      "hosts/c.nix": host("c = 3;"),
      "hosts/d.nix": host(
        "forum = {",
        "  enable = true;",
        `  ${SAYS.slice(6)}`,
        "};",
      ),
    }),
    {
      ...DONE,
      "hosts/a.nix": host(ENABLED, "a = 1;"),
      "hosts/b.nix": host(`${ENABLED} b = 2;`),
      "hosts/c.nix": host("c = 3;"),
      "hosts/d.nix": host("forum = {", "  enable = true;", "};"),
    },
  );
});

Deno.test("retire() takes what lies below another definition, too", () => {
  const text = (own: string) => host(ENABLED, ...own === "" ? [] : [own]);
  assertEquals(
    retired({
      "hosts/a.nix": text(`forum.postgresTag = lib.mkForce "17";`),
      "hosts/b.nix": host("imports = [ ./all.nix ];", ENABLED, SAYS)
        .replace("imports = [ ../forum.nix ];\n  ", ""),
      "hosts/all.nix": host(`forum.postgresTag = lib.mkDefault "13";`),
    }),
    {
      ...DONE,
      "hosts/a.nix": text(""),
      "hosts/b.nix": host("imports = [ ./all.nix ];", ENABLED)
        .replace("imports = [ ../forum.nix ];\n  ", ""),
      "hosts/all.nix": host(),
    },
  );
});

Deno.test("Hosts beside those that Nix was asked about are a reason to refuse", () => {
  const files = { "hosts/a.nix": host(ENABLED, SAYS) };
  const root = `${HOME}/hosts/a.nix`;
  const hosts = [{ name: "a", root, attribute: undefined }];
  const evaluated = new Map([["a", { kind: "value", value: "17" }] as const]);
  const refused = (name: string, text: string) =>
    retired({ ...files, [name]: text }, { hosts, evaluated });
  for (const name of ["hive.nix", "deploy.nix"]) {
    assertEquals(refused(name, "{ }"), [
      "Not every host is known for certain",
      `"/nix/${name}" makes hosts that are not seen`,
    ]);
  }
  assertEquals(refused("flake.nix", "{ outputs = _: { colmena = { }; }; }"), [
    "Not every host is known for certain",
    '"/nix/flake.nix" makes hosts that are not seen',
  ]);
  assertEquals(retired(files, { hosts: [], evaluated }), [
    "Not every host is known for certain",
    "No host is known at all",
  ]);
});

Deno.test("retire() knows the hosts of a flake", () => {
  const flake = `{ outputs = { nixpkgs, ... }: {
  nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./forum.nix ./hosts/a.nix ]; };
  nixosConfigurations.b = nixpkgs.lib.nixosSystem { modules = [ ./forum.nix ./hosts/b.nix ]; };
}; }`;
  const files = {
    "flake.nix": flake,
    "hosts/a.nix": `{ ${ENABLED} ${SAYS} }`,
    "hosts/b.nix": `{ ${ENABLED} }`,
  };
  assertEquals(retired(files), [
    `Not every host says forum.postgresTag = "17"`,
    `b: "15" by the default`,
  ]);
  assertEquals(
    retired({ ...files, "hosts/b.nix": `{ ${ENABLED} ${SAYS} }` }),
    {
      ...files,
      ...DONE,
      "hosts/a.nix": `{ ${ENABLED} }`,
      "hosts/b.nix": `{ ${ENABLED} }`,
    },
  );
});

const BY_HELPER = {
  "flake.nix": `{ outputs = { n, ... }:
  let mk = name: n.nixosSystem { modules = [ ./forum.nix (./hosts + "/\${name}.nix") ]; };
  in { nixosConfigurations = { a = mk "a"; b = mk "b"; }; }; }`,
  "hosts/b.nix": `{ ${ENABLED} }`,
};

const REFUSED: readonly (readonly [
  string,
  Readonly<Record<string, string>>,
  readonly string[],
])[] = [
  [
    "a host that says another version, enabled or not",
    { "hosts/a.nix": host(`forum.postgresTag = "16";`) },
    [
      `Not every host says forum.postgresTag = "17"`,
      `hosts/a: "16" in /nix/hosts/a.nix:3 forum.postgresTag`,
    ],
  ],
  [
    "a host that may say another version",
    {
      "hosts/a.nix": host(
        ENABLED,
        `forum.postgresTag = lib.mkIf x "17";`,
      ),
    },
    [
      `Not every host says forum.postgresTag = "17"`,
      `hosts/a: "17" or "15" in /nix/hosts/a.nix:4 forum.postgresTag`,
    ],
  ],
  [
    "a host whose modules cannot be followed",
    { "hosts/a.nix": host("imports = f x;") },
    [
      `Not every host says forum.postgresTag = "17"`,
      `hosts/a: "15" by the default; not all that it brings in can be followed`,
    ],
  ],
  [
    "a host that says it, with modules that cannot be followed",
    { "hosts/a.nix": host("imports = f x;", ENABLED, SAYS) },
    [
      "Not every host is known for certain",
      "/nix/hosts/a.nix:3 brings in what cannot be followed",
    ],
  ],
  [
    "hosts that a function of the flake's own makes, at the default",
    { ...BY_HELPER, "hosts/a.nix": `{ ${ENABLED} }` },
    [
      `Not every host says forum.postgresTag = "17"`,
      `a: "15" by the default`,
      `b: "15" by the default`,
    ],
  ],
  [
    "the one host that is made by it, where the other one says the version",
    {
      ...BY_HELPER,
      "flake.nix": BY_HELPER["flake.nix"].replace(
        `b = mk "b"`,
        `b = n.nixosSystem { modules = [ ./forum.nix ./hosts/b.nix ]; }`,
      ),
      "hosts/a.nix": `{ ${ENABLED} }`,
      "hosts/b.nix": `{ ${ENABLED} ${SAYS} }`,
    },
    [
      `Not every host says forum.postgresTag = "17"`,
      `a: "15" by the default`,
    ],
  ],
  [
    "the machines of a hive",
    {
      "hive.nix":
        "{ defaults.imports = [ ./forum.nix ]; a.imports = [ ./hosts/a.nix ]; }",
      "hosts/a.nix": host(ENABLED, SAYS),
    },
    [
      "Not every host is known for certain",
      `"/nix/hive.nix" makes hosts that are not seen`,
    ],
  ],
  [
    "a flake whose machines are not all seen",
    {
      "flake.nix":
        "{ outputs = { n, ... }: { nixosConfigurations = { a = n.nixosSystem { modules = [ ./forum.nix ./hosts/a.nix ]; }; } // n.others; }; }",
      "hosts/a.nix": `{ ${ENABLED} ${SAYS} }`,
    },
    [
      "Not every host is known for certain",
      `"/nix/flake.nix" makes hosts that are not seen`,
    ],
  ],
  [
    "a line of nobody",
    {
      "flake.nix":
        "{ outputs = { n, ... }: { nixosConfigurations.a = n.nixosSystem { modules = [ ./forum.nix ./hosts/a.nix ]; }; }; }",
      "hosts/a.nix": `{ ${ENABLED} ${SAYS} }`,
      "hosts/b.nix": `{ ${SAYS} }`,
    },
    [
      `"forum.postgresTag" is set where no host was seen to take it`,
      "/nix/hosts/b.nix:1 forum.postgresTag",
    ],
  ],
  [
    "no default",
    {
      "forum.nix": MODULE.replace(`default = "15";`, ""),
      "hosts/a.nix": host(ENABLED, SAYS),
    },
    [`No module declares "forum.postgresTag" with a default`],
  ],
  [
    "a default that is computed",
    {
      "forum.nix": MODULE.replace(`"15"`, `f "15"`),
      "hosts/a.nix": host(ENABLED, SAYS),
    },
    ["Cannot read the default in /nix/forum.nix:3 options.forum.postgresTag.default"],
  ],
  [
    "a value in another file",
    {
      "hosts/a.nix": host("forum = import ./it.nix;"),
      "hosts/it.nix": `{ enable = true; postgresTag = "17"; }`,
    },
    ["Cannot remove by itself what is set in /nix/hosts/a.nix:3 forum"],
  ],
  [
    "a file that is no Nix",
    { "hosts/a.nix": host(ENABLED, SAYS), "x.nix": "{ a = ; }" },
    [
      "Not all files can be read",
      "/nix/x.nix: line 1: An expression is missing here",
    ],
  ],
];

for (const [what, files, problem] of REFUSED) {
  Deno.test(`retire() refuses ${what}`, () => {
    assertEquals(retired(files), problem);
  });
}
