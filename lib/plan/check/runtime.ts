import type { Facts } from "../facts/facts.ts";
import { type Check, type Finding, ok, refuse, warn } from "./check.ts";

export const runtime: Check = {
  name: "container",
  about:
    "units run whatever shares the container's pod, and no other one has its data",
  worst: "refuse",
  remedy: "have a unit run every container of the pod",
  look(facts: Facts): Finding {
    const { unmanaged, container, podMates, stuck = [] } = facts;
    const [other] = facts.sharers ?? [];
    const { name, pid, restartPolicy } = container;
    const stray = podMates.find(({ unit }) => unit === undefined);
    if (stray !== undefined) {
      return refuse(
        `"${stray.name}" shares the pod of "${name}", and no unit runs it`,
        "Have a unit run it, or stop it first: it could write while the data move",
      );
    }
    if (stuck[0] !== undefined) {
      return refuse(
        `"${
          stuck[0]
        }" shares the network or the processes of "${name}", and nothing recreates it along with it`,
        `It stops working once "${name}" is recreated: remove it before the upgrade and recreate it afterwards, or have a unit run it`,
      );
    }
    // One that starts by itself was refused when the data were first looked at.
    if (other !== undefined) {
      return warn(
        `"${other.name}" of ${other.runtime} has the same data, and ${other.does}`,
        `Never start it beside "${name}": two servers on one directory ruin it`,
      );
    }
    const found = pid === 0
      ? `"${name}", which does not run`
      : `"${name}", process ${pid}`;
    // The placeholder refuses whatever a runtime starts past the unit.
    return restartPolicy === "no" || unmanaged !== undefined ? ok(found) : warn(
      `${found}; its restart policy is "${restartPolicy}"`,
      "Its unit restarts it already: better remove the policy from the container",
    );
  },
};
