import { assertEquals } from "@std/assert";
import { thrownBy } from "../../../tests/sample/thrown.ts";
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
    a: null,
    e: null,
    g: "h",
  }],
  ["a plain text that goes on", "a: b\n  c\nd: e\n", { a: null, d: "e" }],
  ["anchors and aliases", "x: &x\n  a: b\ny:\n  <<: *x\n  c: d\nz: *x\n", {
    x: null,
    y: { "<<": null, c: "d" },
    z: null,
  }],
  ["carriage returns", "a: b\r\nc:\r\n  - d\r\n", { a: "b", c: ["d"] }],
];

for (const [what, source, wanted] of CASES) {
  Deno.test(`readYaml() reads ${what}`, () => {
    assertEquals(plain(readYaml(source)), wanted);
  });
}

Deno.test("readYaml() says where each text stands", () => {
  const source = `a:\n  b: "x" # y\n  c: [d, 'e']\n`;
  const root = readYaml(source);
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
    ["a: b\n---\nc: d\n", "more than one document"],
    ["a: b\n c: d\n  e: f\ng\n", "line 4: a key is expected here"],
    ["a: 'b\n", "a quote has no end"],
    ["a: [b\n", "a bracket is open"],
    ["a: 'b' c\n", "line 1: something stands behind it"],
    ["a:\n  b: c\n d: e\n", "line 3: it is indented so far"],
  ] as const
) {
  Deno.test(`readYaml() refuses ${JSON.stringify(source)}`, () => {
    assertEquals(thrownBy(() => readYaml(source), YamlError).message, problem);
  });
}
