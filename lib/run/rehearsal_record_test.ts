import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { sampleRecord } from "../../tests/sample/rehearsal.ts";
import { isOf, readRecord, writeRecord } from "./rehearsal_record.ts";

const VOLUME = "/srv/pleroma-db";
const PATH = "/srv/pleroma-db.pgladder/rehearsal.json";

Deno.test("A record is read as it was written", async () => {
  const files = new MemoryFiles();
  assertEquals(await readRecord(VOLUME, files), undefined);
  await writeRecord(VOLUME, sampleRecord(), files);
  assertEquals(Object.keys(files.texts), [PATH]);
  assertEquals(await readRecord(VOLUME, files), sampleRecord());
});

Deno.test("A record that is damaged, or of a later format, is none", async () => {
  const later = JSON.stringify({ ...sampleRecord(), format: 2 });
  for (const text of ["", "{", "[]", "{}", later]) {
    const files = new MemoryFiles({ [PATH]: text });
    assertEquals(await readRecord(VOLUME, files), undefined, text);
  }
});

Deno.test("A record is of an upgrade of the same images by the same method", () => {
  const record = sampleRecord();
  const plan = samplePlan();
  assertEquals(isOf(record, plan), true);
  assertEquals(isOf(record, { ...plan, method: "pg_upgrade" }), false);
  assertEquals(isOf(record, { ...plan, to: { id: "another" } }), false);
  assertEquals(isOf(record, { ...plan, from: { id: "another" } }), false);
});
