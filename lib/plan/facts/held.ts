import { Failure } from "../../base/failure.ts";
import { otherServersOn } from "../../run/other_servers.ts";
import { type Shared, type Sharer, sharersOf } from "../../run/sharers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Finding, Sight } from "../diagnosis/diagnosis.ts";
import { heldBy, heldFinding, sharedBy } from "../diagnosis/findings_held.ts";

/**
 * Another server has the data open: what is started on them now ruins them.
 *
 * @throws {Failure} "not-running"
 */
export function refuseHeld(sight: Sight) {
  const held = heldFinding(sight);
  if (held !== undefined) throw asFailure(sight.name, held);
}

/**
 * The same of a container that serves, by its data directory. Those that have
 * it, and start there only if somebody starts them.
 *
 * @throws {Failure} "not-running": it is not alone there
 */
export async function requireAlone(
  shared: Shared,
  ports: Ports,
): Promise<readonly Sharer[]> {
  const { name, path } = shared;
  const held = heldBy(name, path, await otherServersOn(path, name, ports));
  if (held !== undefined) throw asFailure(name, held);
  return await requireUnshared(shared, ports);
}

/** @throws {Failure} "not-running": another one starts there by itself */
export async function requireUnshared(
  shared: Shared,
  ports: Ports,
): Promise<readonly Sharer[]> {
  const { name, path } = shared;
  const sharers = await sharersOf(shared, ports);
  const found = sharedBy(name, path, sharers);
  if (found?.grave) throw asFailure(name, found);
  return sharers;
}

function asFailure(name: string, { found, remedy }: Finding): Failure {
  return new Failure("not-running", {
    name,
    state: found,
    hint: remedy.join(" ").replace(/\.$/, ""),
  });
}
