import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { sampleUnit } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { PortError } from "../../port/ports.ts";
import { type Pulling, pullingOf } from "./pulling.ts";

const SCRIPT = "/nix/store/x-pre-start/bin/pre-start";
const IMAGE = "localhost/postgres:17";

async function ask(words: string, script = "", ignored = "no", has = false) {
  const stdout =
    `ExecStartPre={ path=/x ; argv[]=${words} ; ignore_errors=${ignored} ; pid=0 }\n`;
  return await pullingOf(
    sampleUnit(),
    IMAGE,
    portsOf({
      containers: {
        pull: () =>
          has
            ? Promise.resolve()
            : Promise.reject(new PortError("no such one")),
      },
      files: new MemoryFiles({ [SCRIPT]: `#!/bin/sh\nset -e\n${script}\n` }),
      host: { run: () => Promise.resolve({ code: 0, stdout, stderr: "" }) },
    }),
  );
}

const CASES: readonly (readonly [
  what: string,
  found: Pulling,
  words: string,
  script?: string,
  ignored?: string,
])[] = [
  ["nothing of it", {}, SCRIPT, "podman rm -f db || true"],
  [
    "it pulls only what is not here",
    {},
    "/usr/bin/podman run --pull missing --name db postgres:15",
  ],
  [
    "a pull in its script",
    { by: "podman pull", failure: "no such one" },
    SCRIPT,
    "podman \\\n  pull docker.io/library/postgres:15",
  ],
  ["a pull that may fail", {}, SCRIPT, "podman pull postgres:15 || true"],
  ["the same by systemd's word", {}, "/usr/bin/docker pull x", "", "yes"],
  [
    "--pull always",
    { by: "--pull always", failure: "no such one" },
    SCRIPT,
    "exec docker \\\n  run \\\n  --pull 'always' \\\n  postgres:15",
  ],
  [
    "--pull always beside a check that has an operator of its own",
    { by: "--pull always", failure: "no such one" },
    SCRIPT,
    "exec podman \\\n  run \\\n  -e A='it'\\''s; so' \\\n  --pull always \\\n  '--health-cmd' \\\n  'pg_isready || exit 1' \\\n  postgres:15",
  ],
  [
    "the same in a unit without a shell",
    { by: "--pull always", failure: "no such one" },
    "/usr/bin/podman run --health-cmd pg_isready || exit 1 --pull=always postgres:15",
  ],
  [
    "a pull in a shell's own script, which may fail",
    {},
    "/bin/sh -c 'podman pull postgres:15 || true'",
  ],
  [
    "a pull behind an option with a value of two halves",
    { by: "docker pull", failure: "no such one" },
    SCRIPT,
    "docker --tlscacert 'a=b' pull postgres:15",
  ],
  [
    "no more than a word of the server's command",
    {},
    SCRIPT,
    "exec docker run postgres:15 -c 'x=a; docker pull postgres:16'",
  ],
  ["a file of its own", { loads: true }, SCRIPT, "docker load -i /nix/store/i"],
  [
    "a stream of its own",
    { loads: true },
    SCRIPT,
    "/nix/store/stream-postgres | podman load",
  ],
];

for (const [what, found, words, script, ignored] of CASES) {
  Deno.test(`What a unit does about its image: ${what}`, async () => {
    assertEquals(await ask(words, script, ignored), found);
  });
}

Deno.test("What a unit does about its image: the registry has it", async () => {
  assertEquals(await ask("/bin/podman pull x", "", "no", true), {
    by: "podman pull",
  });
});
