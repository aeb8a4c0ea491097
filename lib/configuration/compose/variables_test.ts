import { assertEquals } from "@std/assert";
import { piecesOf, readVariables, unsetIn, usesOf } from "./variables.ts";

const parts = (text: string, env = "") =>
  piecesOf(
    { kind: "text", text, start: 100, end: 100 + text.length, verbatim: true },
    "f",
    readVariables("e", env),
  ).map((it) => it.kind === "text" ? `${it.text}@${it.file}${it.start}` : "?");

// Seen of docker compose 2.26.1 by `config`.
for (
  const [text, env, ...wanted] of [
    ["x:${V:-15}", "", "x:@f100", "15@f107"],
    ["${I:-x:${V:-15}}", "", "x:@f105", "15@f112"],
    ["${I:-x:${V:-15}}", "V=16", "x:@f105", "16@e2"],
    ["${I:-x:${V:-15}}", "I=a:1", "a:1@e2"],
    ["x:${A:-$V}", "V=17", "x:@f100", "17@e2"],
    ["x:${A:+${B:-17}}", "A=1", "x:@f100", "17@f112"],
    ["x:${A:+17}15", "", "x:@f100", "15@f110"],
    ["x:${A+17}15", "A=", "x:@f100", "17@f106", "15@f109"],
    ["x:${A:-${B}}", "", "x:@f100", "?"],
    ["x:${A:-${B:?no}}", "", "x:@f100", "?"],
    // Compose has that as it stands, "$$" and all.
    ["x:${A:-$${B}}", "", "x:@f100", "?", "{B}@f109"],
    ["a$$b", "", "a@f100", "$@f-1", "b@f103"],
    ["x:${A:-15", "", "x:${A:-15@f100"],
  ] as const
) {
  Deno.test(`A text with variables: ${text} where "${env}"`, () => {
    assertEquals(parts(text, env), wanted);
  });
}

Deno.test("Variables in defaults are uses, and may lack a value", () => {
  assertEquals(usesOf("${I:-x:${V:-15}} $V $$V ${V}", "V"), 3);
  const set = readVariables("e", "A=1\n");
  assertEquals(unsetIn("${I:-x:${V}} $A ${A:-$B} ${C:-d}", set), ["V"]);
});

Deno.test("A text of nothing but openings takes no time, and no stack", () => {
  const text = "${A:-".repeat(100_000);
  assertEquals(parts(text).length, 1);
  assertEquals(parts(text + "}".repeat(100_000)), ["?"]);
});
