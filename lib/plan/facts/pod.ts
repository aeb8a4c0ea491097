import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/** Another container of the pod: it reaches the database without its port. */
export interface PodMate {
  readonly name: string;
  /** Undefined where no unit runs it, so that nothing could stop it for good. */
  readonly unit: string | undefined;
}

/** Whoever shares the container's pod, but for what holds the pod itself. */
export async function podMatesOf(
  { name, pod }: Container,
  { containers }: Ports,
): Promise<readonly PodMate[]> {
  if (pod === "") return [];
  const found: PodMate[] = [];
  for (const other of await containers.running()) {
    const mate = await containers.inspect(other);
    if (mate?.pod !== pod || mate.name === name || mate.infra) continue;
    const { env, labels } = mate;
    const unit = labels["PODMAN_SYSTEMD_UNIT"] ?? env["PODMAN_SYSTEMD_UNIT"];
    found.push({ name: mate.name, unit });
  }
  return found;
}
