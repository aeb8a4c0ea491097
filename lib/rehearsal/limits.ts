import type { Plan } from "../../journal/plan.ts";
import { Failure } from "../base/failure.ts";
import { bytes as words } from "../base/format.ts";
import type { Files } from "../port/files.ts";
import { placesOf } from "../run/rehearsal_paths.ts";
import { spaceNeeded } from "../plan/check/space.ts";

/** What is left to the live database, at the least, in bytes. */
const FLOOR_MIN = 1024 ** 3;
/** And as a part of its own size. */
const FLOOR_PART = 0.1;
/** Of what jobs may reckon with: their servers' own memory comes on top. */
const MEMORY_PART = 1.5;
const MEMORY_MIN_MB = 512;

const MIB = 1024 ** 2;

/** Bytes of the live disk that a rehearsal never touches. */
export function floorOf(bytes: number, asked: number | undefined): number {
  if (asked !== undefined) return asked * MIB;
  return Math.max(FLOOR_MIN, Math.ceil(bytes * FLOOR_PART));
}

/** What a rehearsal takes beside the data: a copy, and what an upgrade takes. */
export function roomFor({ bytes, method, volume }: Plan): number {
  return bytes + spaceNeeded({ bytes, canClone: volume.reflink }, method);
}

/**
 * The live volume can have another disk than its copy.
 *
 * @throws {Failure} too little is free where the copy is to lie, or where the
 * live database is
 */
export async function requireRoom(
  plan: Plan,
  floor: number,
  files: Pick<Files, "fileSystem">,
): Promise<void> {
  const needed = roomFor(plan);
  const { path } = plan.volume;
  const copy = await files.fileSystem(placesOf(path).path);
  const live = await files.fileSystem(path);
  if (copy.freeBytes - needed < floor) {
    throw tooFull(copy, `${words(needed)} are needed beside the data and `);
  }
  if (live.freeBytes < floor) throw tooFull(live, "");

  function tooFull(
    { freeBytes, mount }: Pick<typeof live, "freeBytes" | "mount">,
    need: string,
  ): Failure {
    return new Failure("cannot-rehearse", {
      reason: `${need}${words(floor)} are left to the live database, but ${
        words(freeBytes)
      } are free at "${mount}"`,
      hint: `Make room at "${mount}", or say --keep-free with a smaller figure`,
    });
  }
}

/** MiB that each of its containers may take. */
export function memoryLimit({ memoryMb }: Plan): number {
  return Math.max(MEMORY_MIN_MB, Math.floor(memoryMb * MEMORY_PART));
}
