import { asConfigured } from "../../../journal/plan.ts";
import type { PlannedRun } from "../../run/context.ts";
import { commandSwitcher } from "./command.ts";
import { composeSwitcher } from "./compose.ts";
import { manualSwitcher } from "./manual.ts";
import { nixosSwitcher } from "./nixos.ts";
import { noSwitcher } from "./none.ts";
import { quadletSwitcher } from "./quadlet.ts";
import { tagSwitcher } from "./tag.ts";
import { unitSwitcher } from "./unit.ts";
import type { Switcher } from "./switcher.ts";

/** The way to change the configuration that the plan names. */
export function switcherFor(run: PlannedRun): Switcher {
  const { isWritten, ...switcher } = chosenFor(configured(run));
  return {
    ...switcher,
    apply: (context) => switcher.apply(configured(context)),
    undo: (context) => switcher.undo(configured(context)),
    ...isWritten && { isWritten: (context) => isWritten(configured(context)) },
  };
}

/** Whatever it looks at, it is to find what the configuration named before. */
const configured = <Run extends PlannedRun>(run: Run): Run => ({
  ...run,
  plan: asConfigured(run.plan),
});

function chosenFor(run: PlannedRun): Switcher {
  const { plan } = run;
  const chosen = plan.switch;
  switch (chosen.kind) {
    case "manual":
      return manualSwitcher(run);
    case "none":
      return noSwitcher(plan);
    case "tag":
      return tagSwitcher(plan);
    case "unit":
      return unitSwitcher(run, chosen.file);
    case "command":
      return commandSwitcher(chosen.command);
    case "nixos":
      return nixosSwitcher(plan, chosen);
    case "quadlet":
      return quadletSwitcher(plan, chosen);
    case "compose":
      return composeSwitcher(plan, chosen);
  }
}
