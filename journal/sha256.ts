/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8, or of bytes, in hexadecimal.
 *
 * Written out, since the platform's own one that answers at once, node:crypto,
 * costs every start of the program 60 ms, and `status` should take none that a
 * person notices. It hashes journals and files of configuration: a page or two.
 */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const bytes = padded(joined(parts));
  const view = new DataView(bytes.buffer);
  const state = Uint32Array.from(START);
  const words = new Uint32Array(64);
  for (let at = 0; at < bytes.length; at += BLOCK) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i);
    compress(state, words);
  }
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

const BLOCK = 64;

/** The first 32 bits of the fractional part of a number. */
const fraction = (number: number) => (number % 1) * 2 ** 32 >>> 0;

const PRIMES = primes(64);
const START = PRIMES.slice(0, 8).map((prime) => fraction(prime ** (1 / 2)));
const ROUND = Uint32Array.from(
  PRIMES.map((prime) => fraction(Math.cbrt(prime))),
);

function primes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}

function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const chunks = parts.map((part) =>
    typeof part === "string" ? encoder.encode(part) : part
  );
  const length = chunks.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** A one, zeros, and the length in bits, up to a whole block. */
function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = Math.ceil((bytes.length + 9) / BLOCK) * BLOCK;
  const all = new Uint8Array(length);
  all.set(bytes);
  all[bytes.length] = 0x80;
  new DataView(all.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return all;
}

const rotated = (word: number, by: number) => word >>> by | word << 32 - by;

/**
 * Takes a block, as the first 16 of the words, into the state. Without an array
 * made in its loops: a journal of 20 kB is hashed at every fact.
 */
function compress(state: Uint32Array, w: Uint32Array): void {
  for (let i = 16; i < 64; i++) {
    const two = at(w, i - 2);
    const fifteen = at(w, i - 15);
    const small0 = rotated(fifteen, 7) ^ rotated(fifteen, 18) ^ fifteen >>> 3;
    const small1 = rotated(two, 17) ^ rotated(two, 19) ^ two >>> 10;
    w[i] = at(w, i - 16) + small0 + at(w, i - 7) + small1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight;
  for (let i = 0; i < 64; i++) {
    const big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const choice = e & f ^ ~e & g;
    const one = h + big1 + choice + at(ROUND, i) + at(w, i) | 0;
    const big0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const majority = a & b ^ a & c ^ b & c;
    h = g;
    g = f;
    f = e;
    e = d + one | 0;
    d = c;
    c = b;
    b = a;
    a = one + big0 + majority | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = at(state, i) + word;
  });
}

/** A word that is surely there. */
const at = (words: Uint32Array, index: number): number => words[index] ?? 0;

type Eight = [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
