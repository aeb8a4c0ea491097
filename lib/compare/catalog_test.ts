import { assertEquals } from "@std/assert";
import { compareCatalogs } from "./catalog.ts";

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
