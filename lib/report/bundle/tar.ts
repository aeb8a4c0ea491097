/** One file that holds texts by name, as POSIX's ustar has it. */

const BLOCK = 512;

export interface TarFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Every part is text, so the archive is text as well: written as UTF-8 it is
 * byte for byte a tar file.
 *
 * @param seconds the time that every file gets, since 1970
 */
export function tarOf(files: readonly TarFile[], seconds: number): string {
  const parts = files.map(({ name, text }) => {
    const size = new TextEncoder().encode(text).length;
    const padding = (BLOCK - size % BLOCK) % BLOCK;
    return header(name, size, seconds) + text + "\0".repeat(padding);
  });
  return `${parts.join("")}${"\0".repeat(2 * BLOCK)}`;
}

function header(name: string, size: number, seconds: number): string {
  if (/[^\x20-\x7e]/.test(name) || name.length > 100) {
    throw new Error(`Cannot name "${name}" in a tar file`);
  }
  const octal = (value: number, length: number) =>
    `${value.toString(8).padStart(length - 1, "0")}\0`;
  const before = name.padEnd(100, "\0") + octal(0o600, 8) + octal(0, 8) +
    octal(0, 8) + octal(size, 12) + octal(Math.floor(seconds), 12);
  const after = `0${"\0".repeat(100)}ustar\x0000${"root".padEnd(32, "\0")}${
    "root".padEnd(32, "\0")
  }`;
  // The sum counts its own place as blanks.
  const sum = [...`${before}        ${after}`]
    .reduce((all, char) => all + char.charCodeAt(0), 0);
  const checksum = `${sum.toString(8).padStart(6, "0")}\0 `;
  return (before + checksum + after).padEnd(BLOCK, "\0");
}
