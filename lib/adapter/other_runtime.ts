import type { Inventory } from "../port/containers.ts";
import { type OtherRuntime, PortError } from "../port/ports.ts";
import { Docker } from "./docker.ts";
import { lookAt } from "./durable.ts";
import { Podman } from "./podman.ts";
import { findProgram } from "./programs.ts";

const NOTHING: Inventory = { containers: [], volumes: [] };

/** To ask docker would start its daemon where that is off. */
const DAEMONS = ["/run/docker.pid", "/run/snap.docker/docker.pid"];

/** The runtime of this host that is not meant, where there are two. */
export function otherThan(
  runtime: OtherRuntime["name"],
): { readonly otherRuntime?: OtherRuntime } {
  const name = runtime === "podman" ? "docker" : "podman";
  if (findProgram(name) === undefined) return {};
  const real = name === "podman" ? new Podman() : new Docker();
  return {
    otherRuntime: {
      name,
      containers: {
        image: (reference) => real.image(reference),
        canSetRestartPolicy: () => real.canSetRestartPolicy(),
        async inventory() {
          const isOff = name === "docker" &&
            DAEMONS.every((path) => lookAt(path) === undefined);
          if (isOff) return NOTHING;
          try {
            return await real.inventory();
          } catch (error) {
            if (error instanceof PortError) return NOTHING;
            throw error;
          }
        },
      },
    },
  };
}
