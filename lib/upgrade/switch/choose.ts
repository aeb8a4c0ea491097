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
export function switcherFor(whole: PlannedRun): Switcher {
  const run = { ...whole, plan: asConfigured(whole.plan) };
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
