import { assertEquals, assertThrows } from "@std/assert";
import { parseNix } from "./parse.ts";
import { sitesOf } from "./assignments.ts";
import { Sources } from "./sources.ts";
import { type Expression, lineOf, NixSyntaxError } from "./syntax.ts";

const NONE = new Sources(new Map());

/** The tree as brackets, to be compared at a glance. */
function shape(it: Expression): string {
  const keys = (list: readonly { text: string | undefined }[]) =>
    list.map(({ text }) => text ?? "?").join(".");
  switch (it.kind) {
    case "string":
      return it.parts.map((part) =>
        part.kind === "text"
          ? JSON.stringify(part.text)
          : `{${shape(part.expression)}}`
      ).join("") || '""';
    case "path":
      return `path ${it.text ?? "?"}`;
    case "set": {
      const bindings = it.bindings.map((binding) =>
        `${keys(binding.keys)}=${shape(binding.value)};`
      );
      return `${it.recursive ? "rec" : ""}{${bindings.join("")}}`;
    }
    case "list":
      return `[${it.items.map(shape).join(" ")}]`;
    case "lambda":
      return `(${it.parameters.join(",")}: ${shape(it.body)})`;
    case "let":
      return `(let ${it.bindings.map((b) => keys(b.keys))} in ${
        shape(it.body)
      })`;
    case "with":
      return `(with ${shape(it.scope)}; ${shape(it.body)})`;
    case "if":
      return `(if ${
        [it.condition, it.then, it.otherwise].map(shape).join(" ")
      })`;
    case "assert":
      return `(assert ${shape(it.condition)}; ${shape(it.body)})`;
    case "apply":
      return `(${shape(it.callee)} ${shape(it.argument)})`;
    case "select":
      return `${shape(it.of)}.${keys(it.keys)}${
        it.otherwise === undefined ? "" : ` or ${shape(it.otherwise)}`
      }`;
    case "has":
      return `(${shape(it.of)} ? ${keys(it.keys)})`;
    case "operation":
      return it.left === undefined
        ? `(${it.operator}${shape(it.right)})`
        : `(${shape(it.left)} ${it.operator} ${shape(it.right)})`;
    default:
      return it.text;
  }
}

/** By `nix-instantiate --parse` 2.8, brought into this shape. */
const SHAPES: readonly [string, string][] = [
  ["1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"],
  ["a ++ b ++ c", "(a ++ (b ++ c))"],
  ["a // b // c", "(a // (b // c))"],
  ["!a && b || c -> d", "((((!a) && b) || c) -> d)"],
  ["-a.b + f x y", "((-a.b) + ((f x) y))"],
  ["f a.b or c d", "((f a.b or c) d)"],
  ["a ? b.c && d", "((a ? b.c) && d)"],
  ["x: y: x", "(x: (y: x))"],
  ["{ a, b ? 1, ... }@c: a", "(a,b,c: a)"],
  ["c@{ }: c", "(c: c)"],
  ["{ }", "{}"],
  ["{ }: 1", "(: 1)"],
  ['{ "a b".${c}.d = 1; }', "{a b.?.d=1;}"],
  ["{ inherit a; inherit (b) c d; }", "{a=a;c=b.c;d=b.d;}"],
  ["with a; let b = 1; in assert c; b", "(with a; (let b in (assert c; b)))"],
  ["if a then b else c + d", "(if a b (c + d))"],
  [
    "[ ./a ../b/c /d ~/e <f/g> a/b ./${x}/y.nix ]",
    "[path ./a path ../b/c " +
    "path /d path ~/e <f/g> path a/b path ?]",
  ],
  ["[ a.b (f x) -1 ]", ""],
  ["a: b", "(a: b)"],
  ["a:b", "a:b"],
  ['"a${b}c$${d}\\${e}\\n\\x"', '"a"{b}"c$${d}${e}\\nx"'],
  ["''a''${b}''\\n'''c$${d}'' + ''${e}''", "(\"a${b}\\n''c$${d}\" + {e})"],
  ["# x\n1 /* 2 **/ # 3", "1"],
];

for (const [source, expected] of SHAPES) {
  Deno.test(`parseNix(): ${source}`, () => {
    if (expected === "") {
      assertThrows(() => parseNix(source), NixSyntaxError);
    } else assertEquals(shape(parseNix(source)), expected);
  });
}

Deno.test("parseNix() says where it is no Nix", () => {
  const text = "{\n  a = 1;\n  b = 2\n}\n";
  const error = assertThrows(() => parseNix(text), NixSyntaxError);
  assertEquals(error.problem, '";" is missing here');
  assertEquals(lineOf(text, error.at), 4);
});

function sites(text: string) {
  return sitesOf("/etc/a.nix", parseNix(text), NONE, true).sites.map((
    site,
  ) => ({
    path: site.path.join("."),
    value: text.slice(site.expression.start, site.expression.end),
    ...(site.named ? { named: true } : {}),
    ...(site.rooted || site.named ? {} : { rooted: false }),
    ...(site.priority === 100 ? {} : { priority: site.priority }),
    ...(site.conditional ? { conditional: true } : {}),
  }));
}

Deno.test('parseNix() takes "or" for a name, and a path that begins with what is interpolated', () => {
  const [or, path] = [
    "{ x = map or [ ]; y = (f or [ ]); }",
    "import /${pkgs.path}/nixos/lib { }",
  ].map((text) => shape(parseNix(text)));
  assertEquals(or, "{x=((map or) []);y=((f or) []);}");
  assertEquals(path, "((import path ?) {})");
});

Deno.test("sitesOf() finds each value with its whole path", () => {
  assertEquals(
    sites(`{ config, lib, ... }:
let tag = "15"; in {
  imports = [ ./a.nix { a.b = 1; } ];
  config = lib.mkMerge [
    { a = { b.c = "x"; d = [ "y" { e = "z"; } ]; }; }
    (lib.mkIf config.f { g.h = lib.mkForce tag; })
  ];
  options.i = lib.mkOption { default = "15"; };
}`),
    [
      { path: "tag", value: '"15"', named: true },
      { path: "a.b", value: "1" },
      { path: "a.b.c", value: '"x"' },
      { path: "a.d.[0]", value: '"y"' },
      { path: "a.d.[1].e", value: '"z"' },
      { path: "g.h", value: "tag", priority: 50, conditional: true },
      { path: "options.i.default", value: '"15"' },
    ],
  );
});

Deno.test("sitesOf() does not claim to know what a function makes of its argument", () => {
  assertEquals(
    sites(`{ lib, name }: {
  a = lib.mapAttrs f { b = "1"; };
  c.\${name}.d = "2";
  e = { ... }: { g = "3"; };
  h = { i = "4"; } // { i = "5"; };
}`),
    [
      {
        path: "a",
        value: 'lib.mapAttrs f { b = "1"; }',
      },
      { path: "a.(mapAttrs).b", value: '"1"', rooted: false },
      { path: "c.${…}.d", value: '"2"', rooted: false },
      { path: "e.g", value: '"3"', rooted: false },
      { path: "h.i", value: '"4"', conditional: true },
      { path: "h.i", value: '"5"' },
    ],
  );
});

Deno.test("sitesOf() knows the machines of a flake apart", () => {
  const { imports, sites } = sitesOf(
    "/etc/flake.nix",
    parseNix(`{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.one = nixpkgs.lib.nixosSystem {
      modules = [ ./one.nix { a.b = 1; } ] ++ [ ./common.nix ];
    };
    nixosConfigurations.two = nixpkgs.lib.nixosSystem { modules = [ ./two.nix ]; };
  };
}`),
    NONE,
    false,
  );
  assertEquals(
    imports.map(({ expression, host }) =>
      `${host} ${expression.kind === "path" ? expression.text : ""}`
    ),
    ["one ./one.nix", "one ./common.nix", "two ./two.nix"],
  );
  assertEquals(
    sites.filter(({ rooted }) => rooted)
      .map(({ host, path }) => `${host} ${path.join(".")}`),
    ["one a.b"],
  );
});
