import { assert, assertEquals, assertRejects } from "@std/assert";
import { PortError } from "../port/ports.ts";
import { childEnvironment } from "./environment.ts";
import { onCommand, run, runOk, type RunOptions } from "./process.ts";
import { KILLED, TIMED_OUT } from "./process_limits.ts";

/** By zx and without it: to a caller they are the same. */
function test(name: string, body: (how: RunOptions) => Promise<void>) {
  Deno.test(`Process: ${name}`, () => body({}));
  Deno.test(`Process, brief: ${name}`, () => body({ query: true }));
}

test("words arrive as they are", async (how) => {
  const words = [
    "",
    "a b",
    "a'b",
    '"$(id)"',
    "`id`",
    "a\nb",
    "\\",
    "ü€😀",
    "-n",
    "*",
    "~",
  ];
  const { stdout } = await run(["printf", "<%s>", ...words], how);
  assertEquals(stdout, words.map((word) => `<${word}>`).join(""));
});

test("output, stderr and exit code are values", async (how) => {
  const output = await run(["sh", "-c", "cat; echo no >&2; exit 3"], {
    ...how,
    stdin: "yes",
  });
  assertEquals(output, { code: 3, stdout: "yes", stderr: "no\n" });
  assertEquals((await run(["sh", "-c", "kill -9 $$"], how)).code, 137);
  assertEquals((await run(["cat"], how)).stdout, "");
  assertEquals((await run(["pwd"], how)).stdout, "/\n");
  assertEquals((await run(["pwd"], { ...how, cwd: "/tmp" })).stdout, "/tmp\n");
});

test("much output, no character is broken", async (how) => {
  const { stdout } = await run(["sh", "-c", "yes ü€😀 | head -c 2000000"], how);
  assertEquals(new TextEncoder().encode(stdout).length, 2_000_000);
  assertEquals(stdout.replaceAll("ü€😀\n", "").length < 5, true);
});

Deno.test("Process: a child that reads nothing is no error", async () => {
  const { code } = await run(["true"], { stdin: "x".repeat(1_000_000) });
  assertEquals(code, 0);
});

test("a failure has the command and its last words", async (how) => {
  const lines = "echo 1 >&2; echo 2 >&2; echo 3 >&2; echo 4 >&2; echo 5 >&2";
  const error = await assertRejects(
    () => runOk(["sh", "-c", `${lines}; exit 9`], how),
    PortError,
  );
  assertEquals(
    error.message,
    "Command 'sh -c' failed with exit code 9: 2\n3\n4\n5",
  );
});

test("what cannot be started", async (how) => {
  await assertRejects(
    () => run(["contract-none", "x"], how),
    PortError,
    "Program 'contract-none' is not on PATH",
  );
  await assertRejects(() => run(["echo", "a\0b"], how), PortError, "zero byte");
  await assertRejects(
    () => run(["echo", "x".repeat(200_000)], how),
    PortError,
    "Command 'echo' is too long",
  );
});

test("too long is asked to end", async (how) => {
  const began = performance.now();
  const output = await run(["sh", "-c", "echo a; exec sleep 60"], {
    ...how,
    timeoutMs: 200,
  });
  assertEquals(output, {
    code: TIMED_OUT,
    stdout: "a\n",
    stderr: "Timed out after 200 ms\n",
  });
  assert(performance.now() - began < 4_000);
});

test("who prints without end is killed", async (how) => {
  for (const target of ["", " >&2"]) {
    const began = performance.now();
    const { code, stderr, stdout } = await run(["sh", "-c", `yes${target}`], {
      ...how,
      mostBytes: 10_000,
    });
    assertEquals(code, KILLED);
    assert(stderr.endsWith("Printed more than 10000 bytes\n"));
    assert(stdout.length + stderr.length < 1_000_000);
    assert(performance.now() - began < 4_000);
  }
  const few = await run(["sh", "-c", "echo a; echo b >&2; exit 3"], {
    ...how,
    mostBytes: 4,
  });
  assertEquals(few, { code: 3, stdout: "a\n", stderr: "b\n" });
});

// Both at once, as each takes five seconds of waiting.
Deno.test("Process: who does not listen is killed", async () => {
  await Promise.all([isKilled({}), isKilled({ query: true })]);
});

async function isKilled(how: RunOptions) {
  const script = "trap '' TERM; setsid sleep 7 & while :; do sleep 1; done";
  const began = performance.now();
  const { code } = await run(["sh", "-c", script], { ...how, timeoutMs: 100 });
  assertEquals(code, TIMED_OUT);
  // The grandchild in a session of its own holds the pipes for longer.
  assert(performance.now() - began < 6_500);
}

test("a child has a session of its own", async (how) => {
  const { stdout } = await run([
    "sh",
    "-c",
    "echo $$; cut -d' ' -f6 /proc/$$/stat",
  ], how);
  const [pid, session] = stdout.split("\n");
  assertEquals(session, pid);
});

test("what systemd and shells would do to a child is kept from it", async (how) => {
  const bad = [
    "INVOCATION_ID",
    "NOTIFY_SOCKET",
    "LISTEN_FDS",
    "BASH_ENV",
    "PODMAN_SYSTEMD_UNIT",
  ];
  for (const name of bad) Deno.env.set(name, "/bad");
  Deno.env.set("ZX_PREFIX", "exit 9;");
  try {
    const { stdout, code } = await run(["env"], { ...how, env: { B: "1 2" } });
    assertEquals(code, 0);
    const lines = stdout.split("\n");
    for (const name of bad) {
      assertEquals(lines.filter((line) => line.startsWith(`${name}=`)), []);
    }
    assert(lines.includes("LC_ALL=C.UTF-8"));
    assert(lines.includes("B=1 2"));
    assert(childEnvironment()["PATH"]?.includes("/usr/sbin"));
  } finally {
    for (const name of [...bad, "ZX_PREFIX"]) Deno.env.delete(name);
  }
});

Deno.test("Process: a listener is told of every command but questions", async () => {
  const told: string[] = [];
  onCommand(({ command, code, ms }) => {
    assert(ms >= 0);
    told.push(`${command.join(" ")} ${code}`);
  });
  try {
    await run(["true", "a"]);
    await run(["true", "asked"], { query: true });
    await run(["false"]);
  } finally {
    onCommand(() => {});
  }
  assertEquals(told, ["true a 0", "false 1"]);
});
