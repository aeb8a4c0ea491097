import type { FakeDirectory, FakeNode } from "./disk.ts";

export function commit(node: FakeNode | undefined, but?: FakeNode | "") {
  if (node === undefined || node === but) return;
  if (node.kind === "file") {
    node.onDisk = node.content;
    return;
  }
  node.onDisk = undefined;
  for (const child of node.entries.values()) commit(child, but);
}

/** Whether nothing of it would be lost in a power cut. */
export function isDurable(node: FakeNode): boolean {
  if (node.kind === "file") return node.onDisk === node.content;
  return node.onDisk === undefined &&
    [...node.entries.values()].every(isDurable);
}

export function revert(node: FakeNode, how: "lost" | "emptied") {
  if (node.kind === "file") {
    node.content = node.onDisk ?? "";
    node.onDisk = node.content;
    return;
  }
  // A name can reach the disk without what stands behind it.
  if (how === "lost" && node.onDisk !== undefined) node.entries = node.onDisk;
  node.onDisk = undefined;
  for (const child of node.entries.values()) revert(child, how);
}

export function thin(node: FakeDirectory, seen: { count: number }) {
  for (const [name, child] of node.entries) {
    if (child.kind === "directory") thin(child, seen);
    else if (seen.count++ % 2 === 0) node.entries.delete(name);
  }
}
