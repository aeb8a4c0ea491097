import type { Plan, Switch } from "../../../journal/plan.ts";
import type { Context } from "../../run/context.ts";
import {
  changeLines,
  filesOf,
  holdsChanges,
  LOAD,
  writeChanges,
  writtenWords,
} from "./file_changes.ts";
import type { Switcher } from "./switcher.ts";

type Quadlet = Extract<Switch, { kind: "quadlet" }>;

/**
 * Changes the values in the `.container` file and its drop-ins; systemd has
 * podman's generator make the unit again as it reloads.
 */
export function quadletSwitcher(plan: Plan, { changes }: Quadlet): Switcher {
  const names = filesOf(changes);
  const write = async (context: Context, direction: "apply" | "undo") => {
    await writeChanges(context, changes, { direction, load: LOAD });
    await context.ports.units.reload();
  };
  return {
    does: `${writtenWords(plan, names)} and has systemd load it`,
    wayBack: `puts the bytes of ${names} back and has systemd load them`,
    commands: [...changeLines(changes), "systemctl daemon-reload"],
    loads: true,
    apply: (context) => write(context, "apply"),
    undo: (context) => write(context, "undo"),
    isWritten: ({ ports }) => holdsChanges(ports, changes),
  };
}
