/** What the kernel writes into a buffer, read. */

export interface Stat {
  /** "major:minor", as in mountinfo. */
  readonly device: string;
  readonly inode: string;
  /** File type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly bytes: number;
}

export function uuidText(bytes: Uint8Array): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** By its file type. */
export function isLink({ mode }: Pick<Stat, "mode">): boolean {
  return (mode & 0o170000) === 0o120000;
}

/** `struct statx` of linux/stat.h. */
export function decodeStat(view: DataView): Stat {
  return {
    device: `${view.getUint32(0x88, true)}:${view.getUint32(0x8c, true)}`,
    inode: view.getBigUint64(0x20, true).toString(),
    mode: view.getUint16(0x1c, true),
    uid: view.getUint32(0x14, true),
    gid: view.getUint32(0x18, true),
    bytes: Number(view.getBigUint64(0x28, true)),
  };
}

/** `struct linux_dirent64` of getdents64(2), one behind the other. */
export function decodeNames(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const name = bytes.subarray(at + 19, at + view.getUint16(at + 16, true));
    names.push(new TextDecoder().decode(name.subarray(0, name.indexOf(0))));
    at += view.getUint16(at + 16, true);
  }
  return names;
}
