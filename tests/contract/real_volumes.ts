import { Docker } from "../../lib/adapter/docker.ts";
import { Podman } from "../../lib/adapter/podman.ts";
import { run, runOk } from "../../lib/adapter/process.ts";
import { findProgram } from "../../lib/adapter/programs.ts";
import { volumesContract } from "./volumes.ts";

const VOLUME = "pgladder-contract";
const STORES = {
  podman: "/var/lib/containers/storage",
  docker: "/var/lib/docker",
};

/** Run inside of a rig. */
for (const program of ["podman", "docker"] as const) {
  if (findProgram(program) === undefined) continue;
  volumesContract(program, async () => {
    await run([program, "volume", "rm", VOLUME]);
    await runOk([program, "volume", "create", VOLUME]);
    return {
      containers: program === "podman" ? new Podman() : new Docker(),
      image: "docker.io/library/postgres:15",
      volume: VOLUME,
      path: `${STORES[program]}/volumes/${VOLUME}/_data`,
      async prune() {
        await runOk([program, "system", "prune", "--force", "--volumes"]);
        // Docker takes those that have a name only so.
        const all = program === "docker" ? ["--all"] : [];
        await runOk([program, "volume", "prune", "--force", ...all]);
      },
    };
  });
}
