import { assertEquals, assertMatch } from "@std/assert";
import { hostContract } from "../../tests/contract/host.ts";
import { Machine } from "./machine.ts";

hostContract("this machine", () => new Machine());

const here = new URL("./machine.ts", import.meta.url).href;

/** A program that says "ready", sleeps, and says what woke it. */
const SLEEPER = `
  import { Machine } from ${JSON.stringify(here)};
  const machine = new Machine();
  machine.listen();
  machine.say("ready");
  const began = performance.now();
  await machine.sleep(20_000);
  machine.say(machine.stopAsked + (performance.now() - began < 15_000));
  await machine.sleep(20_000);
`;

async function inChild(
  script: string,
  act: (child: Deno.ChildProcess, next: () => Promise<string>) => Promise<void>,
) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
    stderr: "piped",
    stdout: "null",
  }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  try {
    await act(child, async () => (await reader.read()).value ?? "");
  } finally {
    await reader.cancel();
  }
  return await child.status;
}

for (
  const [signal, code] of [
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const
) {
  Deno.test(`Machine: ${signal} wakes, a second one ends`, async () => {
    const status = await inChild(SLEEPER, async (child, next) => {
      assertEquals(await next(), "ready\n");
      child.kill(signal);
      assertEquals(await next(), `${signal}true\n`);
      child.kill(signal);
      assertMatch(await next(), /^pgladder: Ended at once by a second SIG/);
      await child.status;
    });
    assertEquals(status.code, code);
  });
}

Deno.test("Machine: without a terminal it goes on", async () => {
  const script = `
    import { Machine } from ${JSON.stringify(here)};
    new Machine().say("first");
    await new Promise((resolve) => setTimeout(resolve, 500));
    new Machine().say("nobody hears it");
    Deno.exit(7);
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
    stderr: "piped",
    stdout: "null",
  }).spawn();
  const reader = child.stderr.getReader();
  await reader.read();
  await reader.cancel();
  assertEquals((await child.status).code, 7);
});

Deno.test("Machine: a full disk is no reason to stop", async () => {
  const script = `import { Machine } from ${JSON.stringify(here)}; ` +
    `new Machine().say("x"); Deno.exit(7);`;
  const { code } = await new Deno.Command("sh", {
    args: [
      "-c",
      'exec "$1" eval --no-check "$2" 2>/dev/full',
      "sh",
      Deno.execPath(),
      script,
    ],
  }).output();
  assertEquals(code, 7);
});

Deno.test("Machine: foreign text cannot act on the terminal", async () => {
  const here = new URL("./machine.ts", import.meta.url).href;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-check",
      `import { Machine } from ${JSON.stringify(here)};
       new Machine().say("a\\x1b[31mb\\u202e\\ttab ü😀");`,
    ],
  }).output();
  assertEquals(
    new TextDecoder().decode(stderr),
    "a\\u001b[31mb\\u202e\ttab ü😀\n",
  );
});
