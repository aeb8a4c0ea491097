import type { Output } from "../port/containers.ts";
import { NoSystemdError, PortError } from "../port/ports.ts";
import { lookAt } from "./durable.ts";
import { runOk } from "./process.ts";

/** sd_booted(3): it is there where systemd runs the host. */
const BOOTED = "/run/systemd/system";

/**
 * A question that systemctl answers.
 *
 * @throws {NoSystemdError} there is none that could answer
 * @throws {PortError} it did not answer
 */
export async function askSystemd(command: readonly string[]): Promise<Output> {
  try {
    return await runOk(command, { query: true });
  } catch (error) {
    if (!(error instanceof PortError) || lookAt(BOOTED) !== undefined) {
      throw error;
    }
    throw new NoSystemdError(error.message, { cause: error });
  }
}
