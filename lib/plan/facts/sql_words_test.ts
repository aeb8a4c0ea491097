import { assertEquals } from "@std/assert";
import { sqlWords } from "./sql_words.ts";

const texts = (sql: string) => sqlWords(sql).map(({ text }) => text);

Deno.test("Words are parted as the server parts them", () => {
  for (
    const [sql, words] of [
      ["SELECT a.B::int", ["select", "a", ".", "b", "::", "int"]],
      ["a--b\nc", ["a", "c"]],
      ["a/* b /* c */ d */e", ["a", "e"]],
      ["a<->b <-- c", ["a", "<->", "b", "<"]],
      [`"A ""b"""`, ['A "b"']],
      ["'it''s' 'x'", ["it's", "x"]],
      ["E'it\\'s' x", ["it\\'s", "x"]],
      ["$$ a $$ $b$ $$ $b$ $1", [" a ", " $$ ", "$1"]],
      ["x := 1.5e3;", ["x", ":=", "1.5e3", ";"]],
      ["größe(1)", ["größe", "(", "1", ")"]],
    ] as const
  ) assertEquals(texts(sql), words, sql);
});

Deno.test("A name in quotes is no keyword, and a text is no name", () => {
  assertEquals(sqlWords(`"from" 'from' from`), [
    { kind: "name", text: "from", quoted: true },
    { kind: "text", text: "from" },
    { kind: "name", text: "from" },
  ]);
});

Deno.test("What nobody closes ends with the text, and takes no time", () => {
  const began = performance.now();
  for (const it of ["'", '"', "$$", "$a$ ", "/*", "e'\\", "(", "-", "''"]) {
    sqlWords(it.repeat(20_000 / it.length));
  }
  for (const it of ["'", '"', "$$", "/*"]) sqlWords(`a ${it} b`);
  assertEquals(performance.now() - began < 2000, true);
});
