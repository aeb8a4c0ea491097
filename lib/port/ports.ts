import type { Clusters } from "./clusters.ts";
import type { Containers } from "./containers.ts";
import type { Files } from "./files.ts";
import type { Host } from "./host.ts";
import type { Units } from "./units.ts";

/** The outside world, as the ladder sees it. */
export interface Ports {
  readonly files: Files;
  readonly containers: Containers;
  readonly units: Units;
  readonly clusters: Clusters;
  readonly host: Host;
  /** Where the host has another one beside: its containers use the same disk. */
  readonly otherRuntime?: OtherRuntime;
}

/** To be looked at only; one that does not answer has nothing. */
export interface OtherRuntime {
  readonly name: "podman" | "docker";
  readonly containers: Pick<
    Containers,
    "inventory" | "image" | "canSetRestartPolicy"
  >;
}

/** Something of the host failed: a program's exit code, a full disk. */
export class PortError extends Error {
  override name = "PortError";
}

/** systemd runs the host, and does not show itself here. */
export class NoSystemdError extends PortError {
  override name = "NoSystemdError";
}
