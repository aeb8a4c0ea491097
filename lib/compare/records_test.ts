import { assertEquals } from "@std/assert";
import { compareFingerprints } from "./compare.ts";

const EMPTY = { "databases": "", "globals.sql": "" };
const OLD =
  '["setting","work_mem","7MB"]\n["setting","gone","5"]\n["file","pg_hba.conf","aa"]\n';

function compared(before: string | undefined, after: string | undefined) {
  const files = (configuration: string | undefined) => (name: string) =>
    Promise.resolve(
      new Map(Object.entries({
        ...EMPTY,
        ...(configuration === undefined ? {} : { configuration }),
      })).get(name),
    );
  return compareFingerprints(files(before), files(after), "schema");
}

Deno.test("The configuration is compared, but for what the new server could not take", async () => {
  const changed =
    '["setting","work_mem","4MB"]\n["setting","gone","told"]\n["setting","instead","told"]\n["file","pg_hba.conf","ab"]\n';
  assertEquals(await compared(OLD, OLD), []);
  assertEquals(await compared(OLD, changed), [
    { object: "setting work_mem of the configuration", old: "7MB", new: "4MB" },
    { object: "file pg_hba.conf of the configuration", old: "aa", new: "ab" },
  ]);
});

Deno.test("A configuration that was lost is a difference; one that an earlier release did not note is none", async () => {
  assertEquals(await compared(OLD, undefined), [
    { object: "fingerprint configuration", old: "is there", new: undefined },
  ]);
  assertEquals(await compared(undefined, OLD), []);
});
