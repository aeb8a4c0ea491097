import { assertEquals, assertRejects } from "@std/assert";
import { PortError } from "../port/ports.ts";
import { checksumOf } from "./control_checksum.ts";
import { ClusterFiles, parseControl } from "./clusters.ts";

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
  view.setUint32(288, checksumOf(bytes.subarray(0, 288)), true);
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

Deno.test("Control file: one whose checksum does not fit is none", () => {
  const bytes = controlFile(1300, () => {});
  for (const at of [0, 16, 40, 287, 288]) {
    const other = bytes.slice();
    other[at] = (other[at] ?? 0) ^ 1;
    assertEquals(parseControl(other), undefined, `${at}`);
  }
  // Behind it nothing is read.
  const padded = bytes.slice();
  padded[4000] = 1;
  assertEquals(parseControl(padded)?.state, "shut down");
});

Deno.test("Control file: what was damaged is told as one that cannot be read", async () => {
  const at = await Deno.makeTempDir({ prefix: "pgladder-cluster-" });
  await Deno.mkdir(`${at}/global`);
  await Deno.writeTextFile(`${at}/PG_VERSION`, "15\n");
  const bytes = controlFile(1300, () => {});
  await Deno.writeFile(`${at}/global/pg_control`, bytes);
  const clusters = new ClusterFiles();
  assertEquals((await clusters.look(at))?.control?.state, "shut down");
  bytes[24] = 1;
  await Deno.writeFile(`${at}/global/pg_control`, bytes);
  assertEquals((await clusters.look(at))?.control, undefined);
  await Deno.remove(at, { recursive: true });
});

Deno.test("Control file: what is none, or a stranger's", () => {
  assertEquals(parseControl(new Uint8Array()), undefined);
  assertEquals(parseControl(new Uint8Array(8192)), undefined);
  const control = parseControl(controlFile(1300, (view) => {
    view.setUint32(16, 77, true);
  }));
  assertEquals(control?.state, "unknown");
});

Deno.test("What others plant where a cluster is looked for is not waited for, nor read elsewhere", async () => {
  const at = await Deno.makeTempDir({ prefix: "pgladder-cluster-" });
  const clusters = new ClusterFiles();
  await new Deno.Command("mkfifo", { args: [`${at}/PG_VERSION`] }).output();
  assertEquals(await clusters.look(at), undefined);
  await Deno.remove(`${at}/PG_VERSION`);
  await Deno.symlink("/etc/shadow", `${at}/PG_VERSION`);
  assertEquals((await clusters.look(at))?.version, "/etc/shadow");
  await Deno.remove(`${at}/PG_VERSION`);
  await Deno.writeTextFile(`${at}/PG_VERSION`, "15\n");
  await Deno.symlink("/dev", `${at}/global`);
  await Deno.truncate(await made(`${at}/postmaster.pid`), 2 ** 40);
  assertEquals(await clusters.look(at), {
    version: "15",
    control: undefined,
    server: "",
  });
  await Deno.truncate(await made(`${at}/PG_VERSION`), 2 ** 40);
  await assertRejects(() => clusters.look(at), PortError, "is longer than");
  await Deno.remove(at, { recursive: true });
});

async function made(path: string): Promise<string> {
  await Deno.writeTextFile(path, "");
  return path;
}
