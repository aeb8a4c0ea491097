import { join } from "@std/path";
import { Failure } from "../base/failure.ts";
import type { Ports } from "../port/ports.ts";
import { stateDirectoryOf } from "./paths.ts";
import { readHistory } from "./registry.ts";

/**
 * System identifiers of the clusters that committed runs have upgraded into
 * these volumes: what still lies somewhere of them is an old copy. A history
 * that cannot be trusted or read tells of none.
 */
export async function upgradedInto(
  volumes: readonly string[],
  ports: Ports,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const volume of volumes) {
    const history = join(stateDirectoryOf(volume), "history");
    for (const name of await ports.files.list(history) ?? []) {
      if (!name.endsWith(".json")) continue;
      const run = await readIfAny(join(history, name), ports);
      if (run?.plan === undefined || run.state.closed !== "committed") continue;
      found.add(run.plan.systemIdentifier);
    }
  }
  return found;
}

async function readIfAny(path: string, ports: Ports) {
  try {
    return await readHistory(path, ports);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
