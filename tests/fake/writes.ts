import type { Owner } from "../../lib/port/files.ts";
import type { Content, FakeDirectory, FakeDisk, FakeNode } from "./disk.ts";

/** What programs write on the fake disk. */

const ROOT: Owner = { uid: 0, gid: 0, mode: 0o755 };

/** Writes as a program would that syncs nothing, or syncs both. */
export function put(
  disk: FakeDisk,
  directory: FakeDirectory,
  name: string,
  content: Content,
  durable: boolean,
) {
  const before = directory.entries.get(name);
  if (before?.kind === "file") {
    before.content = content;
    if (durable) before.onDisk = content;
    if (durable) directory.onDisk?.set(name, before);
    return;
  }
  const file = disk.newFile(content, ROOT, durable);
  addEntry(directory, name, file, durable);
}

/** A new directory of a program's; there already is no error. */
export function putDirectory(
  disk: FakeDisk,
  directory: FakeDirectory,
  name: string,
  durable: boolean,
): FakeDirectory {
  const before = directory.entries.get(name);
  if (before?.kind === "directory") return before;
  const made = disk.newDirectory(ROOT);
  addEntry(directory, name, made, durable);
  return made;
}

export function addEntry(
  directory: FakeDirectory,
  name: string,
  node: FakeNode,
  durable: boolean,
) {
  if (!durable) directory.onDisk ??= new Map(directory.entries);
  directory.entries.set(name, node);
  if (durable) directory.onDisk?.set(name, node);
}

/** A program's removal of a name, unsynced. */
export function drop(directory: FakeDirectory, name: string) {
  if (!directory.entries.has(name)) return;
  directory.onDisk ??= new Map(directory.entries);
  directory.entries.delete(name);
}
