/**
 * Writing as programs do, with and without a sync. Through Deno's own calls,
 * so that what watches those sees the host's writes as well.
 */

export function put(
  path: string,
  content: string | Uint8Array,
  { durable }: { durable: boolean },
): void {
  using file = Deno.openSync(path, { create: true, write: true });
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at));
  }
  // Only where it must be: XFS writes out what is truncated.
  if (file.statSync().size > bytes.length) file.truncateSync(bytes.length);
  if (durable) file.syncSync();
}

/** Beside, synced, renamed, directory synced. */
export function putWhole(path: string, text: string): void {
  put(`${path}.new`, text, { durable: true });
  Deno.renameSync(`${path}.new`, path);
  syncDirectory(path.slice(0, path.lastIndexOf("/")));
}

export function syncDirectory(path: string): void {
  using directory = Deno.openSync(path);
  directory.syncSync();
}

export function textAt(path: string): string | undefined {
  return unlessMissing(() => Deno.readTextFileSync(path));
}

export function inodeOf(path: string): string | undefined {
  return unlessMissing(() => String(Deno.lstatSync(path).ino));
}

export function namesIn(path: string): string[] {
  return unlessMissing(() => [...Deno.readDirSync(path)].map((it) => it.name))
    ?.sort() ?? [];
}

export function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return undefined;
    throw error;
  }
}
