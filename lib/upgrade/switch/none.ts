import type { Plan } from "../../../journal/plan.ts";
import { requireMade } from "../service/service.ts";
import { wantedBack } from "../service/unserved.ts";
import type { Switcher } from "./switcher.ts";

/** Somebody's pull has changed it before: that is what the run began with. */
export function noSwitcher({ to }: Plan): Switcher {
  return {
    does: `nothing to change: the configuration names ${to.reference} already`,
    wayBack: "nothing to put back",
    commands: [],
    // A prune may have taken the container, which no unit makes again.
    apply: (context) => requireMade(context, to),
    undo: (context) => requireMade(context, wantedBack(context)),
  };
}
