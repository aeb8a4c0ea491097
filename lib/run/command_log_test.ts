import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { commandLogPathOf, readCommandLog } from "./command_log.ts";

const PATH = commandLogPathOf("/srv/db", "20260102-030405-abcd");
const ONE = {
  at: "2026-01-02T03:04:05Z",
  command: ["a", "b c"],
  code: 0,
  ms: 7,
};

Deno.test("Commands are read line by line; one that a death cut short is none", async () => {
  const text = `${JSON.stringify(ONE)}\n{"at":"2026-0`;
  const files = new MemoryFiles({ [PATH]: text });
  assertEquals(await readCommandLog(PATH, portsOf({ files })), [ONE]);
  assertEquals(await readCommandLog(`${PATH}.none`, portsOf({ files })), []);
});

Deno.test("Of a named volume they lie where no prune comes", () => {
  assertEquals(
    commandLogPathOf("/var/lib/docker/volumes/db/_data", "r"),
    "/var/lib/docker/volume-db.pgladder/history/r.commands",
  );
});
