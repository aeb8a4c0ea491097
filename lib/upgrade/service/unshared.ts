import { join } from "@std/path";
import type { RunContext } from "../../run/context.ts";
import { comingBack, sharersOf } from "../../run/sharers.ts";
import { WaitingError } from "../contract.ts";

/**
 * Somebody may have made another container for these data since the plan was:
 * it would start on the new cluster by itself.
 *
 * @throws {WaitingError} there is one
 */
export async function requireUnshared({ plan, ports }: RunContext) {
  const { container: name, runtime, to, volume } = plan;
  const path = join(volume.path, to.cluster);
  const other = comingBack(
    await sharersOf({ name, path, root: volume.path, runtime }, ports),
  );
  if (other === undefined) return;
  throw new WaitingError(
    `The container "${other.name}" of ${other.runtime} has "${volume.path}", too, and ${other.does}: it would ruin the new cluster. Type "${other.stop}", or have it mount something else`,
  );
}
