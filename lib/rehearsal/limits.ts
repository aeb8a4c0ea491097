import type { Plan } from "../../journal/plan.ts";
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

/** MiB that each of its containers may take. */
export function memoryLimit({ memoryMb }: Plan): number {
  return Math.max(MEMORY_MIN_MB, Math.floor(memoryMb * MEMORY_PART));
}
