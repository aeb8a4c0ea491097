import { assert, assertEquals } from "@std/assert";
import { dirname } from "@std/path";
import { STEP_IDS, stepsOf } from "../journal/step_id.ts";
import { COMMANDS } from "../lib/cli/options.ts";
import type { Check } from "../lib/plan/check/check.ts";
import { CHECKS } from "../lib/plan/check/checks.ts";
import { help } from "../lib/cli/command/help.ts";
import { plannedRun } from "../lib/run/context.ts";
import { ladderFor } from "../lib/upgrade/ladder.ts";
import config from "../deno.json" with { type: "json" };
import { samplePlan } from "./sample/plan.ts";
import { appFor } from "./sample/app.ts";
import { type Source, sources } from "./sample/sources.ts";
import { nodesOf } from "./sample/tree.ts";
import { IMPORTS, importsFrom, isProduct } from "./sample/imports.ts";

/** The rules of the house that a machine can hold. */

const LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

const TYPESCRIPT = sources(/\.ts$/);
const SHELL = sources(/(\.sh|^tests\/rig\/rig)$/);
const TEXTS = sources(
  /(\.(ts|sh|sql|json|md|py)|Makefile|\.ci\/run|rig\/rig)$/,
);

const PRODUCT = TYPESCRIPT.filter(isProduct);

/** Lines in which a pattern stands, as "path:line: text". */
function linesWith(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) =>
      pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []
    )
  );
}

const linesOf = (text: string) => text.trimEnd().split("\n").length;

Deno.test("Programs are started in one file, which alone knows zx", () => {
  const elsewhere = /^(?!lib\/adapter\/process\.ts$)/;
  assertEquals(importsFrom(elsewhere, /^zx\b/), []);
  assertEquals(
    linesWith(
      PRODUCT.filter(({ path }) => elsewhere.test(path)),
      /Deno\.Command/,
    ),
    [],
  );
});

Deno.test("Only main.ts ends the process or writes to the terminal", () => {
  assertEquals(
    linesWith(
      PRODUCT.filter(({ path }) =>
        !/^main\.ts$|^lib\/adapter\/(machine|terminal\/terminal)\.ts$/.test(
          path,
        )
      ),
      /Deno\.(exit|stdout|stderr|stdin)|\bconsole\./,
    ),
    [],
  );
});

Deno.test("No catch swallows an error without a word", () => {
  const empty = nodesOf(TYPESCRIPT, ["CatchClause"]).filter(({ text }) =>
    /\{\s*\}$/.test(text)
  );
  assertEquals(empty.map(({ at }) => at), []);
});

Deno.test("Nothing is of any type", () => {
  assertEquals(nodesOf(TYPESCRIPT, ["TSAnyKeyword"]).map(({ at }) => at), []);
});

Deno.test("No check of the compiler is switched off", () => {
  assertEquals(
    linesWith(TYPESCRIPT, /@ts-(ignore|nocheck|expect-error)\b/),
    [],
  );
});

Deno.test("State is never written in place, nor moved by copying", () => {
  assertEquals(linesWith(PRODUCT, /writeTextFile/), []);
  assertEquals(linesWith(PRODUCT, /\bmove(Sync)?\(/), []);
});

Deno.test("Node's modules, zx and yaml are loaded on first use: they take longer than a status", () => {
  assertEquals(
    linesWith(
      PRODUCT,
      /^(import (?!type )|\} from )(.* from )?"(node:\w+|zx\b.*|yaml)"/,
    ),
    [],
  );
});

Deno.test("A unit is never masked at run time: that has no effect on NixOS", () => {
  const own = "tests/tidy_test.ts";
  assertEquals(
    linesWith(
      TEXTS.filter(({ path }) => path !== own && isProduct({ path })),
      /mask.{0,4}--runtime/,
    ),
    [],
  );
});

Deno.test(`No file is longer than ${LINES_MAX} lines`, () => {
  assertEquals(
    [...TYPESCRIPT, ...SHELL].filter(({ text }) => linesOf(text) > LINES_MAX)
      .map(({ path, text }) => `${path}: ${linesOf(text)}`),
    [],
  );
});

Deno.test(`No function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
  const functions = nodesOf(TYPESCRIPT, [
    "FunctionDeclaration",
    "FunctionExpression",
    "ArrowFunctionExpression",
  ]);
  assert(functions.length > 1000, `${functions.length} found`);
  const shell = SHELL.flatMap(({ path, text }) =>
    [...text.matchAll(/^(\w+)\(\) \{\n(?:.*\n)*?\}/gm)]
      .map(([all, name]) => ({ at: `${path}: ${name}`, text: all }))
  );
  assert(shell.length > 50, `${shell.length} found`);
  assertEquals(
    [...functions, ...shell].filter(({ text }) =>
      linesOf(text) > FUNCTION_LINES_MAX
    )
      .map(({ at, text }) => `${at}: ${linesOf(text)}`),
    [],
  );
});

Deno.test("Nothing is left to be done later", () => {
  assertEquals(linesWith(TEXTS, /\b(TO[D]O|FIX[M]E|X[X]X)\b/), []);
});

Deno.test("No path of somebody's machine stands anywhere", () => {
  assertEquals(
    linesWith(
      TEXTS,
      /\/(work|farm)\/|\/home\/\w|\/Users\/|\/root\/\.(cache|npm|deno)/,
    ),
    [],
  );
});

Deno.test("Every step of the ladder is explained to the operator, in order", async () => {
  const printed: string[] = [];
  await help(appFor(["help", "steps"], printed));
  const lines = printed.join("\n").split("\n").filter((line) =>
    /^ {2}\d/.test(line)
  );
  assertEquals(
    lines.map((line) => line.trim().split(/\s+/).slice(0, 2)),
    stepsOf("dump").map((id, index) => [String(index + 1), id]),
  );
  const { from: found } = samplePlan();
  const unserved = { active: true, found };
  assertEquals(
    ladderFor(plannedRun(samplePlan({ unserved }))).map(({ id }) => id),
    STEP_IDS.filter((id) => id !== "reindex"),
  );
});

Deno.test("Every step, command and check is in a file of its name, and in its list", async () => {
  const names = (directory: string) =>
    PRODUCT.filter(({ path }) => dirname(path) === directory)
      .map(({ path }) => path.slice(directory.length + 1, -3));
  const files = names("lib/upgrade/step");
  for (const id of STEP_IDS) {
    assert(
      files.includes(id.replaceAll("-", "_")),
      `lib/upgrade/step of ${id}`,
    );
  }
  for (const name of Object.keys(COMMANDS)) {
    const file = name.replaceAll("-", "_");
    assert(
      names("lib/cli/command").includes(file),
      `lib/cli/command of ${name}`,
    );
  }
  const listed = new Set<Check>(CHECKS);
  const found: Check[] = [];
  for (const name of names("lib/plan/check")) {
    if (["check", "checks"].includes(name)) continue;
    const module: Record<string, Check> = await import(
      `../lib/plan/check/${name}.ts`
    );
    const own = Object.values(module).filter((it) => listed.has(it));
    assertEquals(own.length, 1, `lib/plan/check/${name}.ts`);
    found.push(...own);
  }
  assertEquals(found.length, CHECKS.length);
  assertEquals(new Set(CHECKS.map(({ name }) => name)).size, CHECKS.length);
});

Deno.test("Every package is pinned, and in the lock with its checksum", () => {
  const [lock] = sources(/^deno\.lock$/);
  const packages: Readonly<Record<string, { integrity?: string }>> =
    JSON.parse(lock?.text ?? "").npm;
  for (const [name, specifier] of Object.entries(config.imports)) {
    const [, id = "", version = ""] =
      /^npm:((?:@[^/]+\/)?[^@/]+)@(\d+\.\d+\.\d+)(?:\/|$)/.exec(specifier) ??
        [];
    assert(id !== "", `${name}: "${specifier}" names no exact version`);
    const found = packages[`${id}@${version}`];
    assert(found?.integrity?.startsWith("sha512-"), `${id} is not in the lock`);
  }
  const known = Object.keys(config.imports);
  const others = IMPORTS.filter(({ to }) =>
    !/^(node:|lib\/|journal\/|tests\/|main\.ts$|deno\.(json|lock)$)/.test(to) &&
    !known.some((name) => to === name || to.startsWith(`${name}/`))
  );
  assertEquals(others.map(({ at, to }) => `${at} imports ${to}`), []);
});
