import { sha256 as hasher } from "@noble/hashes/sha2";

const encoder = new TextEncoder();

/**
 * SHA-256 of a text in UTF-8, or of bytes, in hexadecimal.
 *
 * By a library, since the platform's own one that answers at once, node:crypto,
 * costs every start of the program 60 ms, and `status` should take none that a
 * person notices.
 */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = hasher.create();
  for (const part of parts) {
    hash.update(typeof part === "string" ? encoder.encode(part) : part);
  }
  return [...hash.digest()]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
