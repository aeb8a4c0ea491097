import { assertEquals } from "@std/assert";
import { fromBase64, toBase64 } from "./base64.ts";

Deno.test("Text comes back from base64, whatever letters it has", () => {
  for (const text of ["", "a", "naïve → 木", "a\nb"]) {
    assertEquals(fromBase64(toBase64(text)), text);
    assertEquals(/^[A-Za-z0-9+/]*=*$/.test(toBase64(text)), true);
  }
});

Deno.test("What is no base64 is no text", () => {
  assertEquals(fromBase64("=a"), undefined);
  assertEquals(fromBase64("ä"), undefined);
});
