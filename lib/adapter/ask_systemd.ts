import type { Output } from "../port/containers.ts";
import { NoSystemdError, PortError } from "../port/ports.ts";
import { lookAt } from "./durable.ts";
import { proc } from "./proc.ts";
import { runOk } from "./process.ts";

/** sd_booted(3): it is there where systemd runs the host. */
const BOOTED = "/run/systemd/system";

const isBooted = () => lookAt(BOOTED)?.isDirectory === true;

/**
 * Who is process 1 tells it too: in a container or a chroot systemd runs the
 * host and shows nothing of itself, and its units are not to be left out.
 */
export function hasSystemd(): boolean {
  return isBooted() || proc.text("/proc/1/comm")?.trim() === "systemd";
}

/**
 * A question that systemctl answers.
 *
 * @throws {NoSystemdError} it does not show itself here
 * @throws {PortError} it did not answer
 */
export async function askSystemd(command: readonly string[]): Promise<Output> {
  try {
    return await runOk(command, { query: true });
  } catch (error) {
    if (!(error instanceof PortError) || isBooted()) {
      throw error;
    }
    throw new NoSystemdError(error.message, { cause: error });
  }
}
