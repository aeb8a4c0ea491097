import { assert, assertEquals } from "@std/assert";
import { readCommandLog } from "../run/command_log.ts";
import { logCommands } from "./command_log.ts";
import { Disk } from "./disk.ts";
import { onCommand, run } from "./process.ts";

Deno.test("Commands are kept line by line, questions are not; a disk that refuses stops nothing", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/history/run.commands`;
  try {
    logCommands(path);
    await run(["true", "a b"]);
    await run(["true", "asked"], { query: true });
    await run(["false"]);
    logCommands(`${directory}/gone/history/run.commands`);
    assertEquals((await run(["true"])).code, 0);
    assertEquals([...Deno.readDirSync(directory)].length, 1);
  } finally {
    onCommand(() => {});
  }
  const lines = await readCommandLog(path, { files: new Disk() });
  assertEquals(lines.map(({ code, command }) => [command, code]), [
    [["true", "a b"], 0],
    [["false"], 1],
  ]);
  for (const { at, ms } of lines) assert(Date.parse(at) > 0 && ms >= 0);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  await Deno.remove(directory, { recursive: true });
});
