import { dirname } from "@std/path";
import type { StartBlock } from "../port/units.ts";
import {
  besideOf,
  lookAt,
  replaceFile,
  syncDirectory,
  syncParents,
  unlessMissing,
} from "./durable.ts";
import { isOfTheHost } from "./host_error.ts";
import { dropInText, heldPath } from "./unit_text.ts";

/**
 * Where systemd looks before /etc/systemd/system, which NixOS cannot write
 * to. The first stays over a reboot.
 */
const PLACES = [
  "/etc/systemd/system.control",
  "/run/systemd/system.control",
];
const NAME = "90-pgladder.conf";

/** Our drop-ins on the disk. */
export class DropIns {
  /** Durable when it returns; systemd does not know of it yet. */
  write(block: StartBlock): void {
    const [first, second] = PLACES.map((place) => fileIn(place, block.unit));
    if (first === undefined || second === undefined) return;
    try {
      writeInto(first, dropInText(block));
    } catch (error) {
      if (!isReadOnly(error)) throw error;
      writeInto(second, dropInText(block));
    }
  }

  /** With the directories that are empty then. */
  remove(unit: string): void {
    for (const place of PLACES) {
      const file = fileIn(place, unit);
      for (const there of [besideOf(file), file]) {
        if (lookAt(there) === undefined) continue;
        Deno.removeSync(there);
        syncParents(there);
      }
      removeEmpty(dirname(file));
      removeEmpty(place);
    }
  }

  /** The drop-in, or the half of it, and the path that it waits for if it is whole. */
  find(unit: string): { readonly path: string | undefined } | undefined {
    for (const place of PLACES) {
      const file = fileIn(place, unit);
      const text = unlessMissing(() => Deno.readTextFileSync(file));
      if (text !== undefined) return { path: heldPath(text) };
      if (lookAt(besideOf(file)) !== undefined) return { path: undefined };
    }
    return undefined;
  }

  isOurs(unit: string, path: string): boolean {
    return PLACES.some((place) => fileIn(place, unit) === path);
  }
}

function fileIn(place: string, unit: string): string {
  return `${place}/${unit}.d/${NAME}`;
}

function writeInto(file: string, text: string): void {
  const directory = dirname(file);
  for (const path of [dirname(directory), directory]) {
    if (lookAt(path) !== undefined) continue;
    Deno.mkdirSync(path, { mode: 0o755 });
    // The umask would keep others from reading what holds a unit.
    Deno.chmodSync(path, 0o755);
    syncDirectory(path);
    syncParents(path);
  }
  replaceFile(file, text, 0o644);
}

function isReadOnly(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "EROFS" || code === "EACCES" || code === "EPERM";
}

/** One that is not empty belongs to others as well. */
function removeEmpty(directory: string): void {
  const entries = unlessMissing(() => [...Deno.readDirSync(directory)]);
  if (entries === undefined || entries.length > 0) return;
  try {
    Deno.removeSync(directory);
  } catch (error) {
    // Read-only or a mount point: an empty directory holds nothing.
    if (isOfTheHost(error)) return;
    throw error;
  }
  syncParents(directory);
}
