import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { sha256 } from "./sha256.ts";

const known = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

Deno.test("SHA-256 of the standard's own examples", () => {
  assertEquals(
    sha256("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assertEquals(
    sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  );
  assertEquals(
    sha256(),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

Deno.test("SHA-256 of every length around the blocks, as node has it", () => {
  for (let length = 0; length < 400; length++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    assertEquals(sha256(bytes), known(bytes), `${length}`);
  }
  const long = crypto.getRandomValues(new Uint8Array(65_536));
  assertEquals(sha256(long, long), known(new Uint8Array([...long, ...long])));
});

Deno.test("SHA-256 of text in UTF-8, in parts or at once", () => {
  const text = "Größe → 𝄞\0";
  assertEquals(sha256(text), known(new TextEncoder().encode(text)));
  assertEquals(
    sha256("Größe", new TextEncoder().encode(" → 𝄞"), "\0"),
    sha256(text),
  );
});
