import { assertEquals } from "@std/assert";

const GOLDEN = new URL("../golden/", import.meta.url);

/**
 * Compares a text with tests/golden/text/NAME.txt, word by word. To change the
 * words: `deno test -A lib/report/status_text_test.ts -- --update`, and read the change.
 */
export function assertGolden(name: string, text: string) {
  assertGoldenFile(`text/${name}.txt`, text);
}

/** The same of tests/golden/PATH. */
export function assertGoldenFile(path: string, text: string) {
  const file = new URL(path, GOLDEN);
  if (Deno.args.includes("--update")) {
    Deno.writeTextFileSync(file, `${text}\n`);
  }
  assertEquals(`${text}\n`, Deno.readTextFileSync(file));
}

/** The names of all golden texts, or of the files in another folder. */
export function goldenNames(
  folder = "text",
  ending = ".txt",
): readonly string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, GOLDEN))]
    .map(({ name }) => name.slice(0, name.length - ending.length)).toSorted();
}
