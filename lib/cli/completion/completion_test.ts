/**
 * Completion in the shells themselves, as a person meets it. Needs bash; zsh
 * and fish are installed where they are missing, and the test of one that
 * cannot be had says so and is left out.
 */
import { assert, assertEquals } from "@std/assert";
import { appFor } from "../../../tests/sample/app.ts";
import { thrownBy } from "../../../tests/sample/thrown.ts";
import { completions } from "../command/completions.ts";
import { Failure } from "../../base/failure.ts";
import { PAGE_NAMES } from "../help/pages.ts";
import { COMMANDS, OPTIONS } from "../options.ts";
import { type Shell, SHELLS } from "./words.ts";

const RUNS = `set -e; cd "$1"
mkdir -p bin runs
printf '{"container":"pleroma-db","volume":"/srv/pleroma-db"}' > runs/a.json
printf '{"container":"forum.db_2","volume":"/srv/forum"}' > runs/b.json
printf '#!/bin/sh\\necho pleroma-db; echo wiki-db\\n' > bin/podman
printf '#!/bin/sh\\nexit 1\\n' > bin/docker
printf '#!/bin/sh\\necho "app.service loaded active"; echo "web.service x"\\n' > bin/systemctl
chmod +x bin/*`;

/** How each shell is asked about the lines in its arguments; == ends each. */
const ASK: Readonly<Record<Shell, string>> = {
  bash: `source "$1/script"; shift
complete -p pgladder >/dev/null
for line; do
  read -ra COMP_WORDS <<< "$line"; [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _pgladder && printf '%s\\n' "\${COMPREPLY[@]}" ==
done`,
  // In a terminal of its own, where compadd says what it is given. Only after
  // its prompt does a shell there take keys for itself.
  zsh: `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "autoload -Uz compinit; compinit -u -D; source $1/script"
zpty -w z 'compadd() { local -a given; builtin compadd -O given "$@"; print -rl -- HIT:$^given:; builtin compadd "$@" }'
zpty -w z 'zstyle ":completion:*" verbose no; bindkey "^I" complete-word; PS1=READY\${:-X}'
zpty -r z seen '*READYX*'
shift
for line; do
  zpty -w -n z "$line"$'\\t'
  zpty -w -n z $'\\x15print DONE\${:-X}\\n'
  zpty -r z seen '*DONEX*READYX*'
  print -r -- "$seen" | sed -nE 's/.*HIT:(.+):.*/\\1/p'
  print -r -- '=='
done`,
  fish: `source $argv[1]/script
for line in $argv[2..]
  complete -C $line | string replace -r '\\t.*' ''
  echo ==
end`,
};

async function run(command: string, args: string[], directory: string) {
  const output = await new Deno.Command("timeout", {
    args: ["120", command, ...args],
    env: { PATH: `${directory}/bin:${Deno.env.get("PATH")}`, HOME: directory },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    code: output.code,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  };
}

const isThere = async (shell: string) =>
  (await run("sh", ["-c", `command -v ${shell}`], "/")).code === 0;

/** Debian's package of the shell, where it is missing and can be had. */
async function isHad(shell: Shell): Promise<boolean> {
  if (await isThere(shell)) return true;
  const install = `apt-get -qq install -y ${shell}`;
  await run(
    "sh",
    ["-c", `${install} || { apt-get -qq update; ${install}; }`],
    "/",
  );
  if (await isThere(shell)) return true;
  // deno-lint-ignore no-console -- a test that is left out says so
  console.log(`${shell} cannot be had here: its completion was not tried`);
  return false;
}

async function place(shell: Shell): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "pgladder-shell-" });
  await run("sh", ["-c", RUNS, "sh", directory], directory);
  const printed: string[] = [];
  await completions(appFor(["completions", shell], printed));
  const script = printed.join("\n").replaceAll(
    "/var/lib/pgladder/runs",
    `${directory}/runs`,
  );
  await Deno.writeTextFile(`${directory}/script`, `${script}\n`);
  return directory;
}

const of = (command: string) =>
  Object.entries(OPTIONS).filter(([, { commands }]) =>
    (commands as readonly string[]).includes(command)
  ).map(([name]) => `--${name}`);

/** What is typed before Tab, and the words that are offered. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ["pgladder ", Object.keys(COMMANDS)],
  ["pgladder roll", ["rollback"]],
  ["pgladder status ", ["pleroma-db", "forum.db_2"]],
  ["pgladder rollback f", ["forum.db_2"]],
  ["pgladder plan ", ["pleroma-db", "wiki-db"]],
  ["pgladder upgrade wiki-db --sw", ["--switch", "--switch-command"]],
  ["pgladder upgrade --method ", ["dump", "pg_upgrade"]],
  ["pgladder plan db --writers w", ["web.service"]],
  ["pgladder commit --", of("commit")],
  ["pgladder help star", ["start", "start-writers"]],
  ["pgladder help ", PAGE_NAMES],
  ["pgladder completions ", SHELLS],
  ["pgladder plan --to ", []],
  ["pgladder version ", []],
];

for (const shell of SHELLS) {
  Deno.test(`${shell} completes commands, options, values, containers and steps`, async () => {
    if (!await isHad(shell)) return;
    const directory = await place(shell);
    await Deno.writeTextFile(`${directory}/ask`, ASK[shell]);
    const { stderr, stdout } = await run(
      shell,
      [`${directory}/ask`, directory, ...TYPED.map(([line]) => line)],
      directory,
    );
    assertEquals(stderr, "");
    const offered = stdout.split(/^==$/m).map((part) =>
      part.split(/[\r\n]+/).filter(Boolean)
    );
    assertEquals(offered.pop(), [], "what follows the last line");
    assertEquals(
      offered.map((words, index) => [TYPED[index]?.[0], new Set(words)]),
      TYPED.map(([line, words]) => [line, new Set(words)]),
    );
    await Deno.remove(directory, { recursive: true });
  });

  Deno.test(`${shell} reads its script without a complaint`, async () => {
    if (!await isHad(shell)) return;
    const directory = await place(shell);
    const { code, stderr } = await run(
      shell,
      ["-n", `${directory}/script`],
      directory,
    );
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    await Deno.remove(directory, { recursive: true });
  });
}

Deno.test("A shell that nobody knows is refused", () => {
  const error = thrownBy(
    () => completions(appFor(["completions", "csh"], [])),
    Failure,
  );
  assertEquals(error.exit, 2);
  assert(error.hint.includes("bash, zsh, fish"));
});
