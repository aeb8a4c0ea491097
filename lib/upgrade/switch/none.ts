import type { Plan } from "../../../journal/plan.ts";
import type { Switcher } from "./switcher.ts";

/** Somebody's pull has changed it before: that is what the run began with. */
export function noSwitcher({ to }: Plan): Switcher {
  return {
    does: `nothing to change: the configuration names ${to.reference} already`,
    wayBack: "nothing to put back",
    commands: [],
    apply: () => Promise.resolve(),
    undo: () => Promise.resolve(),
  };
}
