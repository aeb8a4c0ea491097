/** What calls of the C library take and give. */

/** A file's text, as read(2) brings it. */
export class Reading {
  readonly #buffer: Uint8Array;
  readonly #decoder = new TextDecoder();
  #text: string | undefined = "";

  /** @param buffer where each read puts its bytes */
  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  /** Takes what stands in the buffer; false: it was the end, or it failed. */
  take(count: number | bigint): boolean {
    const bytes = Number(count);
    if (bytes < 0) this.#text = undefined;
    if (bytes <= 0) return false;
    this.#text += this.#decoder.decode(this.#buffer.subarray(0, bytes), {
      stream: true,
    });
    return true;
  }

  /** Undefined: it could not be read. */
  whole(): string | undefined {
    return this.#text === undefined
      ? undefined
      : this.#text + this.#decoder.decode();
  }
}

export function joined(
  parts: readonly Uint8Array[],
  bytes: number,
): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function zeroEnded(path: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${path}\0`);
}
