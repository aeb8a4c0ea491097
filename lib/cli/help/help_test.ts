import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { STEP_IDS, stepsOf } from "../../../journal/step_id.ts";
import { sources } from "../../../tests/sample/sources.ts";
import { appFor } from "../../../tests/sample/app.ts";
import { typedLines } from "../../../tests/sample/typed.ts";
import { thrownBy } from "../../../tests/sample/thrown.ts";
import { readArgs, withPaths } from "../args.ts";
import { help } from "../command/help.ts";
import { EXIT_MEANING } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { COMMANDS, OPTIONS } from "../options.ts";
import { columnsOf } from "../../base/wrap.ts";
import { manPage } from "./man.ts";
import { summaryOf } from "../../upgrade/step_text.ts";
import type { Page } from "./page.ts";
import { overview, PAGE_NAMES, pageFor, TOPICS } from "./pages.ts";

const PAGES: readonly Page[] = [overview, ...PAGE_NAMES.map(mustPage)];

function mustPage(name: string): Page {
  const page = pageFor(name);
  if (page === undefined) throw new Error(`No page "${name}"`);
  return page;
}

async function shown(words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  await help(appFor(words, printed));
  return printed.join("\n");
}

/** What a page has a person type, and all other words of it. */
function partsOf({ blocks }: Page) {
  const lines = blocks.flatMap((block) =>
    block.kind === "typed" || block.kind === "shell"
      ? block.lines.map(([line]) => line)
      : []
  );
  const own = blocks.filter(({ kind }) => kind !== "shell");
  return { lines, all: JSON.stringify(own) };
}

Deno.test("Help on every command, topic and step is of its name and fits 80 columns", async () => {
  for (const name of PAGE_NAMES) {
    const page = await shown(["help", name]);
    assert(page.startsWith(`${name}: `), name);
    const typed = partsOf(mustPage(name)).lines;
    for (const line of page.split("\n")) {
      // What is to be copied stands in one line, however long.
      if (typed.some((it) => line.includes(it))) continue;
      assert(columnsOf(line) <= 80, `${name}: ${line}`);
    }
  }
});

Deno.test("The topics that an operator looks for are there", () => {
  const wanted =
    "runbook journal rollback resume checks exit-codes nixos docker security steps trouble";
  for (const name of wanted.split(" ")) {
    assert(PAGE_NAMES.includes(name), name);
  }
  assertEquals(new Set(PAGE_NAMES).size, PAGE_NAMES.length);
});

Deno.test("A command's page begins with examples, and tells every option of it", async () => {
  for (const name of Object.keys(COMMANDS)) {
    const page = await shown(["help", name]);
    assertEquals(page.split("\n\n")[1]?.split("\n")[0], "Examples", name);
    for (const [option, { about, commands }] of Object.entries(OPTIONS)) {
      const listed = new RegExp(`^  --${option}( |$)`, "m").test(page);
      const own = (commands as readonly string[]).includes(name);
      assertEquals(listed, own, `${name} --${option}`);
      if (own) assertStringIncludes(page.replace(/\s+/g, " "), about);
    }
    if (name === "help") continue;
    assertEquals(await shown([name, "--help"]), page);
  }
});

Deno.test("Whatever README and the pages have a person type is understood", () => {
  const lines = typedLines();
  for (const line of lines) {
    const [program, ...words] = wordsOf(line);
    assertEquals(program, "pgladder", line);
    withPaths(readArgs(words), "/root");
  }
  assert(lines.length > 40, `${lines.length} lines`);
});

/** As a shell splits it, up to where its output goes. */
function wordsOf(line: string): string[] {
  const [command = ""] = line.split(" > ");
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) =>
    quoted ?? bare ?? ""
  );
}

Deno.test("No page names an option that there is not", () => {
  for (const page of PAGES) {
    const { all } = partsOf(page);
    for (const [, option = ""] of all.matchAll(/(?<![\w-])--([a-z][\w-]*)/g)) {
      const foreign = ["flake"].includes(option);
      assert(foreign || option in OPTIONS, `${page.name}: --${option}`);
    }
  }
});

Deno.test("Help on an unknown word names the nearest page", () => {
  const refused = thrownBy(() => help(appFor(["help", "jurnal"], [])), Failure);
  assertEquals(
    `${refused.message} → ${refused.hint}`,
    'No help on "jurnal" → Did you mean "pgladder help journal"?',
  );
  thrownBy(() => help(appFor(["help", "constructor"], [])), Failure);
});

Deno.test("Every exit code stands in its topic", async () => {
  const page = await shown(["help", "exit-codes"]);
  for (const [code, meaning] of Object.entries(EXIT_MEANING)) {
    assert(
      new RegExp(`^  ${code} +${meaning.slice(0, 20)}`, "m").test(page),
      code,
    );
  }
});

const MAN = manPage("0.1.0");

Deno.test("The man page holds every page of the help", () => {
  for (const command of Object.keys(COMMANDS)) {
    assertStringIncludes(MAN, `.SS ${command.replaceAll("-", "\\-")}\n`);
  }
  for (const step of STEP_IDS) {
    assertStringIncludes(MAN, `.SS ${step.replaceAll("-", "\\-")}\n`);
  }
  for (const { name } of TOPICS) {
    const title = name.toUpperCase().replaceAll("-", " ");
    assertStringIncludes(MAN, `.SH ${title}\n`);
  }
  for (const option of Object.keys(OPTIONS)) {
    assertStringIncludes(MAN, `\\-\\-${option.replaceAll("-", "\\-")}`);
  }
});

Deno.test("The man page's lines are text, or requests that it means", () => {
  // deno-lint-ignore no-control-regex -- roff knows no letters beside these
  assert(/^[\x0a\x20-\x7e]*$/.test(MAN));
  const requests = MAN.split("\n").filter((line) => /^[.']/.test(line));
  for (const request of requests) {
    assert(/^\.(TH|SH|SS|TP|PP|ad|nf|fi|nh)( |$)/.test(request), request);
  }
});

Deno.test({
  name: "groff shows the man page without a warning, in UTF-8 and ASCII",
  ignore: !await isThere("groff"),
  async fn() {
    for (const device of ["utf8", "ascii"]) {
      const groff = new Deno.Command("groff", {
        args: ["-ww", "-man", `-T${device}`],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = groff.stdin.getWriter();
      await writer.write(new TextEncoder().encode(MAN));
      await writer.close();
      const { stderr, stdout } = await groff.output();
      assertEquals(new TextDecoder().decode(stderr), "");
      assertStringIncludes(
        new TextDecoder().decode(stdout),
        "pg_restore(1)",
      );
    }
  },
});

async function isThere(program: string): Promise<boolean> {
  const { code } = await new Deno.Command("sh", {
    args: ["-c", `command -v ${program}`],
    stdout: "null",
  }).output();
  return code === 0;
}

Deno.test("The README says of each step what help and plan say", () => {
  const [readme] = sources(/^README\.md$/);
  const rows = [
    ...(readme?.text ?? "").matchAll(/^\| \d \| (\S+) +\| (.*?) *\|$/gm),
  ];
  assertEquals(
    rows.map(([, id, does]) => [id, does?.replaceAll("`", "")]),
    stepsOf("dump").map((id) => [id, summaryOf(id).does]),
  );
});
