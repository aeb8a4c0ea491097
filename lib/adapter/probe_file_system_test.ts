import { assertEquals } from "@std/assert";
import { canClone, canExchange, notCarried } from "./probe_file_system.ts";

Deno.test("What is tried out leaves no trace in the directory, not even its time", async () => {
  const around = await Deno.makeTempDir();
  const data = `${around}/data`;
  const stat = async () => {
    const { stdout } = await new Deno.Command("stat", {
      args: ["-c", "%y", around, data],
    }).output();
    return new TextDecoder().decode(stdout);
  };
  try {
    await Deno.mkdir(data);
    const set = ["touch", "-d", "2026-11-30 09:00:00.123456789", around, data];
    const [program = "", ...args] = set;
    await new Deno.Command(program, { args }).output();
    const before = await stat();
    for (const probe of [canExchange, canClone, notCarried]) await probe(data);
    await canExchange(around);
    assertEquals(await stat(), before);
  } finally {
    await Deno.remove(around, { recursive: true });
  }
});
