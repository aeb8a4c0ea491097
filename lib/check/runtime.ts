import type { Facts } from "../facts.ts";
import { type Check, type Finding, ok, refuse } from "./check.ts";

export const runtime: Check = {
  name: "container",
  about: "the container is run by its unit alone",
  look({ container }: Facts): Finding {
    const { pod, restartPolicy } = container;
    if (pod !== "") {
      return refuse(
        `"${container.name}" is in the pod ${pod}`,
        "Containers in pods are not supported yet",
      );
    }
    if (restartPolicy !== "" && restartPolicy !== "no") {
      return refuse(
        `"${container.name}" has the restart policy "${restartPolicy}"`,
        "Let its unit restart it, and take the policy off the container",
      );
    }
    return ok(`"${container.name}", process ${container.pid}`);
  },
};
