import { walkSync } from "@std/fs";
import { dirname, fromFileUrl, join, relative } from "@std/path";
import { type Mutant, plant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";

/**
 * The tests are tested: plants one fault after the other in a copy of the tree
 * and runs what should catch it. Fails where one is not caught, no longer
 * fits, or where the suites are red without any.
 *
 *     PGLADDER_MUTANTS=REGEX   those whose name fits
 *     PGLADDER_WORKERS=N       so many at once
 */

const TOP = fromFileUrl(new URL("../..", import.meta.url));
const SKIP = [/\/(\.git|dist|node_modules)$/];
/** A mutant that hangs is caught: what it should do would be long done. */
const PATIENCE_MS = 5 * 60 * 1000;

interface Suite {
  readonly name: string;
  readonly args: readonly string[];
}

/** The quickest to catch first. */
const SUITES: readonly Suite[] = [
  {
    name: "fake host",
    args: ["run", "-A", "--no-check", "tests/mutants/hunt.ts"],
  },
  {
    name: "unit",
    args: [
      "test",
      "-A",
      "--no-check",
      "-q",
      "--fail-fast",
      "journal",
      "lib/base",
      "lib/cli/args_test.ts",
      "lib/compare",
      "lib/adapter/open_flags_test.ts",
      "lib/configuration/quadlet_files_test.ts",
      "lib/configuration/quadlet_test.ts",
      "lib/configuration/run_line",
      "lib/job/control_test.ts",
      "lib/job/measurements_test.ts",
      "lib/plan",
      "lib/report",
      "lib/run",
      "lib/upgrade",
    ],
  },
];

function print(text: string) {
  // deno-lint-ignore no-console
  console.log(text);
}

function copyTree(): string {
  const copy = Deno.makeTempDirSync({ prefix: "pgladder-mutants-" });
  for (const { isFile, path } of walkSync(TOP, { skip: SKIP })) {
    if (!isFile) continue;
    const to = join(copy, relative(TOP, path));
    Deno.mkdirSync(dirname(to), { recursive: true });
    Deno.copyFileSync(path, to);
  }
  return copy;
}

/** What the first red suite said; undefined: all are green. */
async function catchIn(copy: string): Promise<string | undefined> {
  for (const { args, name } of SUITES) {
    const said = await saidBy(args, copy);
    if (said !== undefined) return `${name}: ${said}`;
  }
  return undefined;
}

async function saidBy(
  args: readonly string[],
  cwd: string,
): Promise<string | undefined> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    signal: late.signal,
    stdout: "piped",
    stderr: "piped",
  }).output();
  clearTimeout(timer);
  if (late.signal.aborted) return "it does not end";
  const out = new TextDecoder().decode(stdout).trim();
  if (args[0] === "test") return code === 0 ? undefined : firstFailure(out);
  if (code === 0) return out === "" ? undefined : out;
  return new TextDecoder().decode(stderr).trim().split("\n")[0] ?? "it fails";
}

function firstFailure(out: string): string {
  return /^(.*) \.\.\. FAILED/m.exec(out)?.[1] ?? "it does not even load";
}

interface Verdict {
  readonly name: string;
  readonly caught: string | undefined;
}

async function judge(
  mutant: Mutant | undefined,
  copy: string,
): Promise<Verdict> {
  if (mutant === undefined) return { name: "", caught: await catchIn(copy) };
  const heal = plant(mutant, copy);
  const caught = await catchIn(copy);
  heal();
  return { name: mutant.name, caught };
}

function tell({ caught, name }: Verdict): boolean {
  const isRight = (name === "") === (caught === undefined);
  const words = caught ??
    (name === "" ? "green, as it should be" : "NOT CAUGHT");
  print(`${(name || "(none planted)").padEnd(64)}${words.slice(0, 130)}`);
  return isRight;
}

/** One copy takes one mutant after the other. */
async function work(queue: (Mutant | undefined)[]): Promise<boolean> {
  const copy = copyTree();
  let right = true;
  while (queue.length > 0) {
    right = tell(await judge(queue.shift(), copy)) && right;
  }
  Deno.removeSync(copy, { recursive: true });
  return right;
}

const began = performance.now();
const wanted = new RegExp(Deno.env.get("PGLADDER_MUTANTS") ?? "");
const queue = [
  undefined,
  ...MUTANTS.filter(({ name }) => wanted.test(name)),
];
const count = queue.length - 1;
const workers = Number(Deno.env.get("PGLADDER_WORKERS")) ||
  navigator.hardwareConcurrency;
print(`${"fault".padEnd(64)}caught by`);
const all = await Promise.all(
  Array.from({ length: workers }, () => work(queue)),
);
const seconds = Math.round((performance.now() - began) / 1000);
print(
  `${count} faults planted, ${
    all.every(Boolean) ? "all caught" : "NOT ALL RIGHT"
  }, ${seconds} s`,
);
Deno.exit(all.every(Boolean) ? 0 : 1);
