/**
 * CRC-32C of port/pg_crc32c.h. A control file ends with the one of all that
 * stands before it (catalog/pg_control.h, "CRC of all above"): where that is
 * differs from version to version.
 */

/** From 9.6 on; before 9.5 it was of another kind, under the same layout as 9.5. */
const FIRST_LAYOUT = 960;
/** In bytes, the places where it may stand: each fourth one. */
const [FROM, TO] = [200, 400];

const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) {
    rest = (rest >>> 1) ^ ((rest & 1) === 1 ? POLYNOMIAL : 0);
  }
  return rest;
});

const next = (rest: number, byte: number) =>
  (rest >>> 8) ^ (TABLE[(rest ^ byte) & 0xff] ?? 0);

/** True of a layout whose checksum is not known, too: no good file is refused. */
export function hasOwnChecksum(bytes: Uint8Array): boolean {
  if (bytes.length < TO + 4) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8, true) < FIRST_LAYOUT) return true;
  let rest = 0xffffffff;
  for (let at = 0; at <= TO; at++) {
    const isPlace = at >= FROM && at % 4 === 0;
    if (isPlace && view.getUint32(at, true) === (~rest >>> 0)) return true;
    rest = next(rest, view.getUint8(at));
  }
  return false;
}

/** For who makes one. */
export function checksumOf(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = next(rest, byte);
  return ~rest >>> 0;
}
