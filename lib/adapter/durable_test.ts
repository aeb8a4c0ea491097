import { assertEquals, assertThrows } from "@std/assert";
import { PortError } from "../port/ports.ts";
import { namesIn } from "./durable.ts";

Deno.test("A directory that somebody has filled is not read to its end", async () => {
  const directory = await Deno.makeTempDir();
  for (const name of ["c", "a", "b"]) {
    await Deno.writeTextFile(`${directory}/${name}`, "");
  }
  assertEquals(namesIn(directory, 3), ["a", "b", "c"]);
  assertThrows(
    () => namesIn(directory, 2),
    PortError,
    "holds more than 2 names",
  );
  await Deno.remove(directory, { recursive: true });
});
