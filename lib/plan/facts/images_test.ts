import { assertEquals } from "@std/assert";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import { PortError } from "../../port/ports.ts";
import { oldOf } from "./images.ts";
import type { Unserved } from "./unserved.ts";

/** What is said where no registry has the image that is to read the data. */
async function saidOf(old: string, asked: string | undefined) {
  const said: string[] = [];
  const unserved = { container: { name: "db" }, major: 16, old } as Unserved;
  const { exit, hint } = await rejectedBy(
    () =>
      oldOf(
        unserved,
        asked,
        undefined,
        portsOf({
          containers: {
            image: () => Promise.resolve(undefined),
            pull: () => Promise.reject(new PortError("no network")),
          },
          host: { say: (line: string) => said.push(line) },
        }),
      ),
    Failure,
  );
  assertEquals([exit, hint], [
    3,
    "Nothing was changed. Check the tag, or name another image of PostgreSQL 16 with --from",
  ]);
  return said;
}

Deno.test("The old image that cannot be pulled is named by --from, and only pgladder's own choice is known to read the data", async () => {
  assertEquals(await saidOf("postgres:16", undefined), [
    'The data of "db" are of 16: pulling postgres:16, which can read them (--from names another)',
  ]);
  assertEquals(await saidOf("busybox:nope", "busybox:nope"), [
    'The data of "db" are of 16: pulling busybox:nope, which --from names',
  ]);
});
