import { assertEquals } from "@std/assert";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { at, type Node, readYaml, YamlError } from "./yaml.ts";

/** The plain values of a tree; what is not read is null. */
function plain(node: Node): unknown {
  switch (node.kind) {
    case "text":
      return node.text;
    case "list":
      return node.items.map(plain);
    case "map":
      return Object.fromEntries(
        node.entries.map(({ key, value }) => [key, plain(value)]),
      );
    case "other":
      return null;
  }
}

const MERGES = `x: &x {a: 1, b: 2}
y: &y {a: 3}
z: {<<: *x, b: own}
last: {<<: [*y, *x]}
`;

const CASES: readonly (readonly [string, string, unknown])[] = [
  ["nothing", "", null],
  ["comments alone", "# a\n\n  # b\n", null],
  ["maps", "a: 1\nb:\n  c: x y # z\n  d: 'it''s'\n", {
    a: "1",
    b: { c: "x y", d: "it's" },
  }],
  ["a document's begin", "---\na: b\n", { a: "b" }],
  ["quoted keys", `"a b": c\n'd': e\n`, { "a b": "c", d: "e" }],
  ["a list below its key", "a:\n- x\n- y\nb: z\n", { a: ["x", "y"], b: "z" }],
  ["an indented list", "a:\n    - x   # one\n    # two\n    - y\n", {
    a: ["x", "y"],
  }],
  ["maps in a list", "a:\n  - b: 1\n    c: 2\n  -\n    b: 3\n", {
    a: [{ b: "1", c: "2" }, { b: "3" }],
  }],
  ["lists in a list", "- - a\n  - b\n- c\n", [["a", "b"], "c"]],
  ["colons in values", "image: a.b/c:15\nports:\n  - 5432:5432\n", {
    image: "a.b/c:15",
    ports: ["5432:5432"],
  }],
  ["a hash that is none", "a: b#c\nd: #e\nf: g\n", {
    a: "b#c",
    d: null,
    f: "g",
  }],
  ["brackets", `a: [x, "y, z", {b: c}] # d\ne: {f: g, 'h': [i]}\n`, {
    a: ["x", "y, z", { b: "c" }],
    e: { f: "g", h: ["i"] },
  }],
  ["brackets over lines", "a: [\n  x, # one\n  y,\n]\nb: c\n", {
    a: ["x", "y"],
    b: "c",
  }],
  ["a text of many lines", "a: |\n  b: c\n\n  # d\ne: >-\n  f\ng: h\n", {
    a: "b: c\n\n# d\n",
    e: "f",
    g: "h",
  }],
  ["a plain text that goes on", "a: b\n  c\nd: e\n", { a: "b c", d: "e" }],
  ["anchors and aliases", "x: &x\n  a: b\ny:\n  <<: *x\n  c: d\nz: *x\n", {
    x: { a: "b" },
    y: { c: "d", a: "b" },
    z: { a: "b" },
  }],
  ["merges, the map's own first", MERGES, {
    x: { a: "1", b: "2" },
    y: { a: "3" },
    z: { b: "own", a: "1" },
    last: { a: "3", b: "2" },
  }],
  ["what leads back to itself", "a: &a\n  b: *a\n  c: d\n", {
    a: { b: null, c: "d" },
  }],
  ["numbers as they stand", "a: 015\nb: 1_0\nc: 0x1F\nd: 1.50\n", {
    a: "015",
    b: "1_0",
    c: "0x1F",
    d: "1.50",
  }],
  ["nothing behind a key", "a:\nb: ~\nc: null\n", {
    a: null,
    b: null,
    c: null,
  }],
  ["carriage returns", "a: b\r\nc:\r\n  - d\r\n", { a: "b", c: ["d"] }],
];

for (const [what, source, wanted] of CASES) {
  Deno.test(`readYaml() reads ${what}`, async () => {
    assertEquals(plain(await readYaml(source)), wanted);
  });
}

Deno.test("readYaml() says where each text stands", async () => {
  const source = `a:\n  b: "x" # y\n  c: [d, 'e']\n`;
  const root = await readYaml(source);
  const spans: string[] = [];
  const walk = (node: Node) => {
    if (node.kind === "text") spans.push(source.slice(node.start, node.end));
    if (node.kind === "list") node.items.forEach(walk);
    if (node.kind === "map") node.entries.forEach(({ value }) => walk(value));
  };
  walk(root);
  assertEquals(spans, ["x", "d", "e"]);
  assertEquals(at(root, "a", "b")?.kind, "text");
  assertEquals(at(root, "a", "z"), undefined);
});

for (
  const [source, problem] of [
    ["a: b\n---\nc: d\n", "line 2: another document begins"],
    ["a: 'b\n", "line 2: Missing closing 'quote"],
    [
      "a: [b\n",
      "line 2: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["a: 'b' c\n", "line 1: Unexpected scalar at node end"],
    ["a: 1\na: 2\n", "line 2: Map keys must be unique"],
    ["a:\n  b: !reset []\n", "line 2: the tag !reset"],
    ["a:\n  b: !override\n    - c\n", "line 3: the tag !override"],
    [`a: ${"x".repeat(1024 * 1024)}`, "it is too long"],
  ] as const
) {
  Deno.test(`readYaml() refuses ${JSON.stringify(source.slice(0, 40))}`, async () => {
    const error = await rejectedBy(() => readYaml(source), YamlError);
    assertEquals(error.message, problem);
  });
}
