import { disagreementsIfAny } from "./drift.ts";
import { Failure } from "../../base/failure.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/** For what a plan asks of a host under load. */
export const PATIENCE_MS = 60_000;

/** @throws {Failure} none of that name runs, as far as root's runtime knows */
export async function requireContainer(
  name: string,
  ports: Ports,
): Promise<Container> {
  const { containers } = ports;
  const container = await containers.inspect(name);
  if (container?.running) return container;
  const user = await rootlessUserOf(name, ports);
  if (user !== undefined) throw new Failure("rootless", { name, user });
  const others = await containers.running();
  const asked = { container: name };
  const [wrong] = await disagreementsIfAny(asked, ports, {
    patienceMs: PATIENCE_MS,
  });
  throw new Failure("no-container", {
    name,
    hint: wrong !== undefined
      ? `${wrong.found}. ${wrong.remedy}`
      : others.length > 0
      ? `Running are: ${others.join(", ")}`
      : "No container runs on this host; is its unit started?",
  });
}

/**
 * The user whose podman runs a container of that name. Root's podman knows
 * nothing of it, but its monitor is a process like any other, and has the
 * name among its words.
 */
async function rootlessUserOf(
  name: string,
  { host }: Ports,
): Promise<string | undefined> {
  const { stdout } = await host.run(["ps", "-eo", "user:64=,args="]);
  for (const line of stdout.split("\n")) {
    const [user = "", program = "", ...words] = line.trim().split(/\s+/);
    if (!/(^|\/)conmon$/.test(program) || user === "root") continue;
    if (words[words.indexOf("-n") + 1] === name) return user;
  }
  return undefined;
}
