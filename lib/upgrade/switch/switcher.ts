import type { Context } from "../../run/context.ts";

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
