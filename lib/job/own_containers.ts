import { join } from "@std/path";
import type { Plan } from "../../journal/plan.ts";
import type { Ports } from "../port/ports.ts";
import { namesOf } from "../run/paths.ts";

/** The identifiers of containers that this run has started for its jobs. */
export async function ownContainers(plan: Plan, { files }: Ports) {
  const { jobs } = namesOf(plan);
  const ids = new Set<string>();
  for (const job of await files.list(jobs) ?? []) {
    for (const name of await files.list(join(jobs, job)) ?? []) {
      if (!name.endsWith(".cid")) continue;
      const id = await files.readText(join(jobs, job, name));
      if (id !== undefined) ids.add(id.trim());
    }
  }
  return ids;
}
