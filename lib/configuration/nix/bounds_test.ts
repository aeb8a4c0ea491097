import { assert, assertEquals } from "@std/assert";
import { look, nixSteps } from "../../../tests/nix_steps.ts";
import { couldBe } from "../edit.ts";
import type { Piece } from "./texts.ts";

/** Whatever a file holds, it gets an answer after a bounded number of steps. */

const FILE = "/etc/nixos/configuration.nix";
/** The longest here takes four million. */
const STEPS_MAX = 5_000_000;

const many = (count: number, of: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => of(at)).join("");

const IMAGE = "virtualisation.oci-containers.containers.db.image";

/** Each is all of a configuration but the one line that is looked for. */
const HOSTILE: Readonly<Record<string, string>> = {
  "a long text with something unknown": `x = "${"M 1,2 ".repeat(50_000)}\${a}${
    "M 1,2 ".repeat(50_000)
  }";`,
  "ten unknown parts in a row": `x = "${many(10, (at) => `\${a.b${at}}`)}!";`,
  "ten thousand unknown parts": `x = "${many(10_000, () => "${a}")}!";`,
  "unknown parts between letters": `x = "${many(5000, () => "p${a}o")}!";`,
  "a sum of thousands": `x = ${many(5000, () => "a + ")}"15";`,
  "lists put together by thousands": `x = ${many(9000, () => "[ ] ++ ")}[ ];`,
  "brackets within brackets": `x = ${"(".repeat(9000)}1${")".repeat(9000)};`,
  "lists within lists": `x = ${"[".repeat(9000)}${"]".repeat(9000)};`,
  "sets within sets": `x = ${"{ a = ".repeat(9000)}1${"; }".repeat(9000)};`,
  "strings within strings": `x = ${'"${'.repeat(9000)}1${'}"'.repeat(9000)};`,
  "functions of functions": `x = ${"a: ".repeat(9000)}1;`,
  "conditions in a row": `x = ${"if a then 1 else ".repeat(9000)}1;`,
  "a refusal of refusals": `x = ${"!".repeat(9000)}true;`,
  "a comment of a mebibyte": `/*${" * ".repeat(300_000)}*/`,
  "lines of comments": many(60_000, () => "# a\n"),
  "a name of a mebibyte": `${"a".repeat(1_000_000)} = 1;`,
  "a path of a mebibyte": `x = ./${"a/".repeat(500_000)}a;`,
  "an address of a mebibyte": `x = a:${"b-".repeat(500_000)};`,
  "many assignments": many(5000, (at) => `a${at} = "b";\n`),
  "a text that doubles with each name": `x = let ${
    many(40, (at) => `n${at} = "\${n${at + 1}}\${n${at + 1}}"; `)
  } n40 = "a"; in n0;`,
  "a set that doubles with each name": `x = let ${
    many(40, (at) => `s${at} = { y = s${at + 1}.y + s${at + 1}.y; }; `)
  } s40 = { y = "a"; }; in s0.y;`,
  "an option that doubles with each": many(
    20,
    (at) => `o.v${at} = "\${config.o.v${at + 1}}\${config.o.v${at + 1}}";\n`,
  ),
  "conditions that double": `x = ${
    many(20, () => '(if a then "b" else "c") + ')
  }"d";`,
};

const beside = (lines: string) =>
  `{ config, ... }: {\n  ${lines}\n  ${IMAGE} = "postgres:15";\n}`;
const asImage = (lines: string) => {
  const value = /^x = (.*);$/s.exec(lines)?.[1];
  return value && `{ config, ... }: { ${IMAGE} = ${value}; }`;
};

for (const [what, lines] of Object.entries(HOSTILE)) {
  Deno.test(`place() answers beside ${what}`, () => {
    const found = look(beside(lines));
    // It is found all the same, or the file is said to be unreadable.
    const isAnswer = found.kind === "placed" ||
      found.kind === "none" && found.problem.includes("as Nix (line ");
    assert(isAnswer, JSON.stringify(found));
  });
  const text = asImage(lines);
  if (text === undefined) continue;
  Deno.test(`place() answers where the image is ${what}`, () => {
    assertEquals(look(text).kind, "none");
  });
}

Deno.test("place() takes a bounded number of steps on each of them", () =>
  areBounded(
    Object.values(HOSTILE).flatMap((lines) =>
      [beside(lines), asImage(lines)].filter((it) => it !== undefined)
    ),
  ));

async function areBounded(texts: readonly string[]) {
  const steps = await nixSteps(texts);
  assertEquals(steps.length, texts.length);
  for (const [at, count] of steps.entries()) {
    const isBounded = count > 0 && count < STEPS_MAX;
    assert(isBounded, `${count} steps: ${texts[at]?.slice(0, 80)}`);
  }
}

/** A stream of numbers below one, the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

/** An expression of texts, unknown parts, sums, conditions and names. */
function expression(next: () => number, depth: number): string {
  const inner = () => expression(next, depth - 1);
  const among = (...of: (() => string)[]) =>
    (of[Math.floor(next() * of.length)] ?? inner)();
  if (depth === 0) {
    return among(() => '"postgres:"', () => '"15"', () => "a.b", () => "15");
  }
  const count = 1 + Math.floor(next() * 4);
  return among(
    () => `"${many(count, () => `\${${inner()}}${"po".repeat(count)}`)}"`,
    () => `(${inner()} + ${inner()})`,
    () => `(if a then ${inner()} else ${inner()})`,
    () => `(let n = ${inner()}; in "\${n}${"x".repeat(count * 50)}\${n}")`,
    () => `(a.b or ${inner()})`,
    () => `(toString ${inner()})`,
    inner,
  );
}

Deno.test("place() takes few steps on texts of any length, count and nesting", () =>
  areBounded(Array.from({ length: 300 }, (_, seed) => {
    const next = numbers(seed + 1);
    const value = expression(next, 1 + Math.floor(next() * 7));
    return `{ a, ... }: { ${IMAGE} = ${value}; }`;
  })));

const known = (text: string): Piece => ({
  kind: "text",
  text,
  file: FILE,
  start: 0,
  end: text.length,
  digits: false,
});
const ANY: Piece = { kind: "unknown" };

Deno.test("couldBe() is what a pattern with gaps would say", () => {
  const next = numbers(7);
  const letters = () =>
    many(Math.floor(next() * 4), () => next() < 0.5 ? "a" : "b");
  for (let round = 0; round < 5000; round++) {
    const pieces = Array.from(
      { length: Math.floor(next() * 6) },
      () => next() < 0.4 ? ANY : known(letters()),
    );
    const text = letters() + letters() + letters();
    const pattern = pieces.map((it) => it.kind === "text" ? it.text : ".*");
    assertEquals(
      couldBe(pieces, text),
      new RegExp(`^${pattern.join("")}$`, "s").test(text),
      `${pattern.join("")} and ${text}`,
    );
  }
});
