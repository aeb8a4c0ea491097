import type { Facts } from "../facts/facts.ts";
import { orchestratorOf } from "../facts/orchestrators.ts";
import { quoted } from "../../base/shell.ts";
import { type Check, ok, refuse } from "./check.ts";

export const orchestrator: Check = {
  name: "orchestrator",
  about:
    "no swarm, Kubernetes, Nomad or the like makes the container again by itself",
  worst: "refuse",
  remedy:
    "have that stop it, and run the image on the same volume as a container of its own",
  look({ container, mount, named }: Facts) {
    const maker = orchestratorOf(container);
    if (maker === undefined) return ok("no such program made the container");
    const source = named?.name ?? mount?.source ?? "VOLUME";
    const run = [
      ...["docker run -d --name pgladder-db --restart unless-stopped"],
      ...["-v", quoted(`${source}:${mount?.mountPath ?? "INNER"}`)],
      quoted(container.image.replace(/@sha256:.*$/, "")),
    ].join(" ");
    return refuse(
      `${maker.name} made "${container.name}", and makes another one on the same data whenever this one stops: two servers would write to one directory`,
      `Stop it there: ${
        maker.release(container)
      }. Run its image as a container of your own, "${run}" and what else it was given, upgrade that one, remove it, and only then let ${maker.name} start the new version again; or take a dump by hand`,
    );
  },
};
