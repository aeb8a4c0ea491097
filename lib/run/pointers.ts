import { join } from "@std/path";
import * as v from "valibot";
import { readJson } from "../base/json.ts";
import type { Ports } from "../port/ports.ts";
import { requireRoots } from "./trust.ts";

/**
 * Open runs of this host. A pointer under `/var/lib/pgladder/runs/` tells
 * where each lies; a convenience, never the truth: the truth is the journal
 * beside the volume.
 */
const POINTERS = "/var/lib/pgladder/runs";

const PointerSchema = v.strictObject({
  container: v.string(),
  volume: v.string(),
});

export type Pointer = v.InferOutput<typeof PointerSchema>;

export async function listPointers(
  { files }: Pick<Ports, "files">,
): Promise<Pointer[]> {
  await requireRoots(POINTERS, undefined, { files });
  const found: Pointer[] = [];
  for (const name of await files.list(POINTERS) ?? []) {
    // Beside it may lie what an interrupted write left.
    if (!name.endsWith(".json")) continue;
    const text = await files.readText(join(POINTERS, name)) ?? "";
    const pointer = readJson(PointerSchema, text);
    if (pointer.success) found.push(pointer.output);
  }
  return found;
}

export async function writePointer(
  run: string,
  pointer: Pointer,
  { files }: Ports,
) {
  for (const path of ["/var/lib/pgladder", POINTERS]) {
    if (await files.look(path) === undefined) await files.makeDirectory(path);
  }
  await files.writeText(join(POINTERS, `${run}.json`), JSON.stringify(pointer));
}

export async function removePointer(run: string, { files }: Ports) {
  await files.remove(join(POINTERS, `${run}.json`));
}

/** Root has begun a run there, and was told whose the parents are. */
export async function isPointedAt(
  volume: string,
  ports: Pick<Ports, "files">,
): Promise<boolean> {
  return (await listPointers(ports)).some((it) => it.volume === volume);
}
