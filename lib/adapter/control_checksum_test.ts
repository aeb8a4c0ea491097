import { assert, assertEquals } from "@std/assert";
import { checksumOf, hasOwnChecksum } from "./control_checksum.ts";

Deno.test("The checksum is CRC-32C", () => {
  // The check value that every catalogue of such checksums has of it.
  assertEquals(
    checksumOf(new TextEncoder().encode("123456789")),
    0xe3069283,
  );
});

Deno.test("A layout before the checksum of today, and a short file, are let pass", () => {
  assert(hasOwnChecksum(new Uint8Array(296)));
  const old = new Uint8Array(8192);
  new DataView(old.buffer).setUint32(8, 942, true);
  assert(hasOwnChecksum(old));
});
