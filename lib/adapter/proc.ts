import type { Stat } from "./kernel_structs.ts";
import { libc } from "./libc.ts";

/**
 * Reading below /proc, /sys and /dev. What is not there is undefined: a
 * process can end between any two looks. Deno itself reads there only with
 * every permission, so it is the second choice.
 */
export const proc = {
  text(path: string): string | undefined {
    const calls = libc();
    if (calls !== undefined) return calls.readText(path);
    return unlessGone(() => Deno.readTextFileSync(path));
  },

  /** The same, where the kernel may wait before it answers. */
  async textAside(path: string): Promise<string | undefined> {
    const calls = libc();
    return calls === undefined
      ? proc.text(path)
      : await calls.readTextAside(path);
  },

  link(path: string): string | undefined {
    const calls = libc();
    if (calls !== undefined) return calls.readLink(path);
    return unlessGone(() => Deno.readLinkSync(path));
  },

  list(path: string): string[] | undefined {
    const calls = libc();
    if (calls !== undefined) return calls.list(path);
    return unlessGone(() => [...Deno.readDirSync(path)].map((it) => it.name));
  },

  /** Of what the path leads to. */
  stat(path: string): Stat | undefined {
    const calls = libc();
    if (calls !== undefined) return calls.stat(path);
    return unlessGone(() => fromDeno(Deno.statSync(path)));
  },
};

/** What Deno knows, in the words of `Stat`; its inodes end at 2^53. */
export function fromDeno(info: Deno.FileInfo): Stat {
  const device = BigInt(info.dev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return {
    device: `${major}:${minor}`,
    inode: String(info.ino ?? 0),
    mode: info.mode ?? 0,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    bytes: info.size,
  };
}

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    // Without any permission every process would seem to be gone.
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}
