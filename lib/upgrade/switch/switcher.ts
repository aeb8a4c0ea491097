import type { Plan } from "../../../journal/plan.ts";
import type { Context } from "../contract.ts";
import { commandSwitcher } from "./command.ts";
import { composeSwitcher } from "./compose.ts";
import { manualSwitcher } from "./manual.ts";
import { nixosSwitcher } from "./nixos.ts";
import { quadletSwitcher } from "./quadlet.ts";
import { tagSwitcher } from "./tag.ts";
import { unitSwitcher } from "./unit.ts";

/**
 * A way to make the configuration name the new image, and the old one again.
 * Whether it has happened is not its word: the step looks at what the unit
 * would run. Who must ask the operator throws a WaitingError.
 */
export interface Switcher {
  readonly does: string;
  readonly wayBack: string;
  readonly commands: readonly string[];
  /** Its `apply` has systemd load its units again. */
  readonly loads?: true;
  apply(context: Context): Promise<void>;
  undo(context: Context): Promise<void>;
  /**
   * The configuration's files still say what `apply` wrote, whatever systemd
   * has loaded: a rebuild that never came, or was cut short.
   */
  isWritten?(context: Context): Promise<boolean>;
}

export function switcherFor(plan: Plan): Switcher {
  const chosen = plan.switch;
  switch (chosen.kind) {
    case "manual":
      return manualSwitcher(plan);
    case "tag":
      return tagSwitcher(plan);
    case "unit":
      return unitSwitcher(plan, chosen.file);
    case "command":
      return commandSwitcher(plan, chosen.command);
    case "nixos":
      return nixosSwitcher(plan, chosen);
    case "quadlet":
      return quadletSwitcher(plan, chosen);
    case "compose":
      return composeSwitcher(plan, chosen);
  }
}
