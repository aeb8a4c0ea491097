import { assertEquals } from "@std/assert";
import { unifiedDiff } from "./diff.ts";

const TEXT = Array.from({ length: 20 }, (_, line) => `line ${line + 1}\n`)
  .join("");

function diff(text: string, ...changes: readonly [string, string][]) {
  return unifiedDiff(
    "/etc/a",
    text,
    changes.map(([old, wanted]) => {
      const start = text.indexOf(old);
      return { start, end: start + old.length, new: wanted };
    }),
  ).split("\n").slice(2);
}

Deno.test("unifiedDiff() shows one value with three lines around", () => {
  assertEquals(diff(TEXT, ["line 9", "row 9"]), [
    "@@ -6,7 +6,7 @@",
    " line 6",
    " line 7",
    " line 8",
    "-line 9",
    "+row 9",
    " line 10",
    " line 11",
    " line 12",
  ]);
});

Deno.test("unifiedDiff() puts what is near into one part, what is far into two", () => {
  assertEquals(diff(TEXT, ["line 2\n", "row 2\n"], ["line 4", "row 4"]), [
    "@@ -1,7 +1,7 @@",
    " line 1",
    "-line 2",
    "+row 2",
    " line 3",
    "-line 4",
    "+row 4",
    " line 5",
    " line 6",
    " line 7",
  ]);
  const far = diff(TEXT, ["line 2\n", "row 2\n"], ["line 19", "row 19"]);
  assertEquals(far.filter((line) => line.startsWith("@@")), [
    "@@ -1,5 +1,5 @@",
    "@@ -16,5 +16,5 @@",
  ]);
});

Deno.test("unifiedDiff() shows two changes of one line as one line", () => {
  assertEquals(diff("a b c\n", ["a", "x"], ["c", "y"]), [
    "@@ -1,1 +1,1 @@",
    "-a b c",
    "+x b y",
  ]);
});

Deno.test("unifiedDiff() shows a new line as added alone", () => {
  assertEquals(
    unifiedDiff("/etc/a", "a\nb\nc\n", [{ start: 3, end: 3, new: "\nB" }])
      .split("\n").slice(2),
    ["@@ -1,3 +1,4 @@", " a", " b", "+B", " c"],
  );
});

Deno.test("unifiedDiff() says that the last line has no end", () => {
  assertEquals(diff("a\nb", ["b", "c"]), [
    "@@ -1,2 +1,2 @@",
    " a",
    "-b",
    "\\ No newline at end of file",
    "+c",
    "\\ No newline at end of file",
  ]);
});

const hasPatch = [...(Deno.env.get("PATH") ?? "").split(":")].some((place) => {
  try {
    return Deno.statSync(`${place}/patch`).isFile;
  } catch {
    return false;
  }
});

Deno.test({
  name: "unifiedDiff() is what patch(1) takes",
  ignore: !hasPatch,
  fn: takenByPatch,
});

async function takenByPatch() {
  const directory = await Deno.makeTempDir();
  try {
    const file = `${directory}/text`;
    for (const [at, added] of [[10, "X"], [30, ""], [0, "new\n"]] as const) {
      await Deno.writeTextFile(file, TEXT);
      const change = { start: at, end: at + 3, new: added };
      const patch = `${unifiedDiff("text", TEXT, [change])}\n`;
      await Deno.writeTextFile(`${directory}/patch`, patch);
      const { success } = await new Deno.Command("patch", {
        args: ["-s", "-i", "patch"],
        cwd: directory,
      }).output();
      assertEquals(success, true);
      assertEquals(
        await Deno.readTextFile(file),
        TEXT.slice(0, at) + added + TEXT.slice(at + 3),
      );
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
