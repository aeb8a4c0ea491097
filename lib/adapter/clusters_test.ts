import { assertEquals } from "@std/assert";
import { parseControl } from "./clusters.ts";

/** A control file of a layout, its fields at the places of that layout. */
function controlFile(
  layout: number,
  fields: (view: DataView) => void,
): Uint8Array {
  const bytes = new Uint8Array(8192);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, 7420931845023146991n, true);
  view.setUint32(8, layout, true);
  view.setUint32(16, 1, true);
  view.setBigUint64(32, 0x1_0a2b3c4dn, true);
  fields(view);
  return bytes;
}

Deno.test("Control file: 12 and later, with 64 bits of transactions", () => {
  const control = parseControl(controlFile(1300, (view) => {
    view.setBigUint64(64, (2n << 32n) + 745n, true);
  }));
  assertEquals(control?.systemIdentifier, "7420931845023146991");
  assertEquals(control?.state, "shut down");
  assertEquals(control?.checkpoint, "1/A2B3C4D");
  assertEquals(control?.nextXid, String((2n << 32n) + 745n));
});

Deno.test("Control file: 11, with an epoch of its own", () => {
  const control = parseControl(controlFile(1100, (view) => {
    view.setUint32(60, 2, true);
    view.setUint32(64, 745, true);
  }));
  assertEquals(control?.nextXid, String((2n << 32n) + 745n));
});

Deno.test("Control file: 9.6, with the checkpoint before the latest", () => {
  const control = parseControl(controlFile(960, (view) => {
    view.setUint32(68, 2, true);
    view.setUint32(72, 745, true);
  }));
  assertEquals(control?.nextXid, String((2n << 32n) + 745n));
});

Deno.test("Control file: any byte changes its checksum", () => {
  const one = parseControl(controlFile(1300, () => {}));
  const other = parseControl(controlFile(1300, (view) => {
    view.setUint8(250, 1);
  }));
  assertEquals(one?.checkpoint, other?.checkpoint);
  assertEquals(one?.sha256 === other?.sha256, false);
});

Deno.test("Control file: what is none, or a stranger's", () => {
  assertEquals(parseControl(new Uint8Array()), undefined);
  assertEquals(parseControl(new Uint8Array(8192)), undefined);
  const control = parseControl(controlFile(1300, (view) => {
    view.setUint32(16, 77, true);
  }));
  assertEquals(control?.state, "unknown");
});
