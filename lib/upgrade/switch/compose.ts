import type { Plan, Switch } from "../../../journal/plan.ts";
import type { Context } from "../contract.ts";
import { changeLines, holdsChanges, writeChanges } from "./file_changes.ts";
import type { Switcher } from "./switcher.ts";

type Compose = Extract<Switch, { kind: "compose" }>;

/**
 * Changes the values in the compose file, or in the file of its variables.
 * Compose reads them whenever the unit starts: there is nothing to load.
 */
export function composeSwitcher(plan: Plan, { changes }: Compose): Switcher {
  const names = changes.map(({ file }) => `"${file}"`).join(" and ");
  const write = ({ ports }: Context, direction: "apply" | "undo") =>
    writeChanges(plan, ports, changes, direction);
  return {
    does: `names ${plan.to.reference} in ${names}, which ${plan.unit} reads`,
    wayBack: `puts the bytes of ${names} back`,
    commands: changeLines(changes),
    apply: (context) => write(context, "apply"),
    undo: (context) => write(context, "undo"),
    isWritten: ({ ports }) => holdsChanges(ports, changes),
  };
}
