import type { RunContext } from "../run/context.ts";
import { join } from "@std/path";

/** Bytes. */
const ID_MAX = 1000;

/** The identifiers of containers that this run has started for its jobs. */
export async function ownContainers({ names, ports: { files } }: RunContext) {
  const { jobs } = names;
  const ids = new Set<string>();
  for (const job of await files.list(jobs) ?? []) {
    for (const name of await files.list(join(jobs, job)) ?? []) {
      if (!name.endsWith(".cid")) continue;
      const path = join(jobs, job, name);
      // The job's user can put files there, too, and name others' containers.
      if ((await files.look(path))?.owner.uid !== 0) continue;
      const id = await files.readSmall(path, ID_MAX);
      if (id !== undefined) ids.add(id.trim());
    }
  }
  return ids;
}
