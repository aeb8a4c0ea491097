import type { Ports } from "../port/ports.ts";
import { ClusterFiles } from "./clusters.ts";
import { Disk } from "./disk.ts";
import { Docker } from "./docker.ts";
import { hasSystemd } from "./ask_systemd.ts";
import type { Machine } from "./machine.ts";
import { NoSystemd } from "./no_systemd.ts";
import { otherThan } from "./other_runtime.ts";
import { Podman } from "./podman.ts";
import { Systemd } from "./systemd.ts";

/** The real things, for the runtime and the init system that this host has. */
export function realPorts(
  machine: Machine,
  runtime: "podman" | "docker",
): Ports {
  return {
    files: new Disk(),
    containers: runtime === "podman" ? new Podman() : new Docker(),
    units: hasSystemd() ? new Systemd() : new NoSystemd(),
    clusters: new ClusterFiles(),
    host: machine,
    ...otherThan(runtime),
  };
}
