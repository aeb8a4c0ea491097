/** Text as base64 of its UTF-8, so that a shell takes it for one word. */
export function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Undefined where it is none. */
export function fromBase64(word: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(word), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return undefined;
  }
}
