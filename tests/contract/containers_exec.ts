import { assert, assertEquals } from "@std/assert";
import { job, NAME, type Test } from "./container_job.ts";

export function commands(test: Test): void {
  test("a command in a container: output and exit code", async (given) => {
    const { containers } = given;
    await containers.run(job(given, "exec sleep 600"));
    const script = 'echo "$1"; echo b >&2; exit 3';
    const args = ["sh", "-c", script, "sh", "a 'b'"];
    assertEquals(await containers.exec(NAME, args), {
      code: 3,
      stdout: "a 'b'\n",
      stderr: "b\n",
    });
  });

  test("a command in a throw-away container", async (given) => {
    const { containers, image } = given;
    const output = await containers.probe(image, [
      "sh",
      "-c",
      "echo a; exit 4",
    ]);
    assertEquals([output.code, output.stdout], [4, "a\n"]);
    const linked = await containers.probe(image, ["ls", "/sys/class/net"]);
    assertEquals(linked.stdout.trim(), "lo");
  });

  test("a command that takes too long, or prints too much, is given up", async (given) => {
    const { containers } = given;
    await containers.run(job(given, "exec sleep 600"));
    const late = await containers.exec(NAME, ["sleep", "600"], {
      timeoutMs: 500,
    });
    assertEquals([late.code, late.stdout], [124, ""]);
    const much = await containers.exec(NAME, ["yes"], { mostBytes: 4096 });
    assertEquals(much.code, 137);
    assert(much.stdout.length < 1_000_000);
  });
}
