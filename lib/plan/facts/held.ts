import { Failure } from "../../base/failure.ts";
import { otherServersOn } from "../../run/other_servers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Finding, Sight } from "../diagnosis/diagnosis.ts";
import { heldBy, heldFinding } from "../diagnosis/findings_held.ts";

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
 * The same of a container that serves, by its data directory.
 *
 * @throws {Failure} "not-running": it is not alone there
 */
export async function requireAlone(name: string, path: string, ports: Ports) {
  const held = heldBy(name, path, await otherServersOn(path, name, ports));
  if (held !== undefined) throw asFailure(name, held);
}

function asFailure(name: string, { found, remedy }: Finding): Failure {
  return new Failure("not-running", {
    name,
    state: found,
    hint: remedy.join(" ").replace(/\.$/, ""),
  });
}
