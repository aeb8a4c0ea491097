import { assertEquals } from "@std/assert";
import { compareCatalogs, compareSystem } from "./catalog.ts";

const lines = (...entries: readonly unknown[][]) =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");

const compared = (before: string, after: string) =>
  [...compareCatalogs(before, after, "here")].map(({ object }) => object);

Deno.test("The type of a table's rows is no difference, one of its own is", () => {
  const table = ["member", "queue", "public.t", "table"];
  const row = ["member", "queue", "public.t", "type"];
  const other = ["member", "queue", "public.u", "type"];
  assertEquals(compared(lines(table), lines(table, row)), []);
  assertEquals(compared(lines(table, row), lines(table)), []);
  assertEquals(compared(lines(table), lines(table, other)), [
    "type public.u of extension queue here",
  ]);
  assertEquals(compared(lines(table, row), lines()), [
    "table public.t of extension queue here",
  ]);
});

Deno.test("A system catalog that nobody has written to needs no sum; one row more or another sum is told", () => {
  const system = (count: number, sum: string | null, written: string | null) =>
    lines(["system", "", "pg_proc", "", count, sum, written]);
  const told = (
    after: string,
  ) => [...compareSystem(system(2, "a", "1 2"), after, "here")];
  assertEquals(told(system(2, null, null)), []);
  // A privilege was granted and taken away again: written, and the same.
  assertEquals(told(system(2, "a", "2")), []);
  for (const after of [system(2, "b", "2"), system(1, null, null), ""]) {
    assertEquals(told(after).length, 1, after);
  }
});
