import { assertEquals, assertStringIncludes } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { askOfFile } from "./ask.ts";

const LOOK = "machine: machine.\\${name}";
const OK = { code: 0, stdout: "1", stderr: "" };

async function asked(
  files: Readonly<Record<string, string>>,
  ...answers: readonly { code: number; stdout: string; stderr: string }[]
) {
  const commands: (readonly string[])[] = [];
  const left = [...answers];
  const run = (command: readonly string[]) => {
    commands.push(command);
    return Promise.resolve(left.shift() ?? OK);
  };
  const host = Object.assign(new QuietHost(), { run });
  const ports = portsOf({ files: new MemoryFiles(files), host });
  const answer = await askOfFile("/etc/nixos/configuration.nix", LOOK, ports);
  return { answer, commands };
}

const SYSTEMD = { "/run/systemd/system/": "" };

Deno.test("Nix is asked in a unit of its own, and systemd puts in no variables", async () => {
  const { answer, commands } = await asked(SYSTEMD);
  assertEquals(answer, OK);
  const [[shell, , script = "", ...words] = [], ...more] = commands;
  assertEquals([shell, more], ["sh", []]);
  assertStringIncludes(script, "PrivateNetwork=yes");
  // Else git refuses a tree of the user who typed sudo, and so does Nix.
  assertStringIncludes(script, "SUDO_UID");
  assertStringIncludes(words.join(" "), "machine.\\$${name}");
});

Deno.test("Where systemd cannot begin that unit, Nix is asked without", async () => {
  for (
    const refused of [
      { code: 1, stdout: "", stderr: "Failed to connect to bus\n" },
      { code: 225, stdout: "", stderr: "" },
    ]
  ) {
    const { answer, commands } = await asked(SYSTEMD, refused);
    assertEquals(answer, OK);
    assertEquals(commands.map(([program]) => program), ["sh", "timeout"]);
    assertStringIncludes(commands[1]?.join(" ") ?? "", "machine.\\${name}");
  }
});

Deno.test("What Nix itself says in that unit is its answer", async () => {
  const failed = { code: 1, stdout: "", stderr: "error: no such attribute\n" };
  const { answer, commands } = await asked(SYSTEMD, failed);
  assertEquals([answer, commands.length], [failed, 1]);
});

Deno.test("Nix gets the time that is left, and is not asked where none is", async () => {
  const host = new QuietHost();
  const commands: string[] = [];
  const run = (command: readonly string[]) => {
    commands.push(command.join(" "));
    return Promise.resolve(OK);
  };
  const ports = portsOf({
    files: new MemoryFiles({}),
    host: Object.assign(host, { run }),
  });
  const untilMs = host.now().ms + 200_000;
  const ask = () => askOfFile("/a.nix", LOOK, { ...ports, untilMs });
  await ask();
  await host.sleep(150_000);
  await ask();
  await host.sleep(50_000);
  assertEquals((await ask()).code, 124);
  assertEquals(
    commands.map((it) => it.split(" ").slice(0, 3).join(" ")),
    ["timeout --kill-after=5 180", "timeout --kill-after=5 50"],
  );
});
