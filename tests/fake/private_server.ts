import { open, shutDown } from "./cluster.ts";
import type { FakeDirectory } from "./disk.ts";
import type { Work } from "./job.ts";

/** The server that a job has for itself. */

/** @param durable what it writes at its start is on the disk */
export function startServer(
  { container, job, world }: Work,
  data: FakeDirectory,
  durable: boolean,
) {
  job.data = data;
  world.opened(data, container);
  open(world.disk, data, durable);
}

/** @param durable its last checkpoint is on the disk */
export function stopServer(
  { job, world }: Work,
  data: FakeDirectory,
  durable: boolean,
) {
  shutDown(world.disk, data, durable);
  job.data = undefined;
}
