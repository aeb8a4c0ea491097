import { proc } from "./proc.ts";

const ROOT = "/sys/fs/cgroup";
/** The least that both runtimes take; 1024 is what every container has. */
const SHARES = "2";
/** From 10 to 1000. */
const WEIGHT = "10";

/** The kinds of limits that this host's kernel offers to containers. */
function controllers(): readonly string[] {
  const unified = proc.text(`${ROOT}/cgroup.controllers`);
  return unified?.trim().split(" ") ?? proc.list(ROOT) ?? [];
}

/**
 * Options of `run` for a container that takes little memory and yields to all
 * others. What the host does not offer is left out, since podman would refuse.
 */
export function lowPriorityArguments(
  memoryMb: number,
  offered: readonly string[] = controllers(),
): string[] {
  return [
    ...(offered.includes("memory") ? ["--memory", `${memoryMb}m`] : []),
    ...(offered.includes("cpu") ? ["--cpu-shares", SHARES] : []),
    ...(offered.includes("io") ? ["--blkio-weight", WEIGHT] : []),
  ];
}
