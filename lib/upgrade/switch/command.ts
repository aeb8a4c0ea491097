import type { Plan } from "../../../journal/plan.ts";
import type { Context } from "../contract.ts";
import { redact, wordsBehind } from "../../base/redact.ts";
import { runInUnit } from "./transient_unit.ts";
import type { Switcher } from "./switcher.ts";

/**
 * The operator's own program changes the configuration. It runs in a transient
 * unit, so it outlives us; its exit code is reported, but what counts is what
 * the unit would run afterwards.
 */
export function commandSwitcher(plan: Plan, command: string): Switcher {
  return {
    does: `runs "${command}" with PGLADDER_DIRECTION=apply`,
    wayBack: `runs "${command}" with PGLADDER_DIRECTION=undo`,
    commands: [`PGLADDER_DIRECTION=apply … ${command}`],
    apply: (context) => run(plan, context, { command, direction: "apply" }),
    undo: (context) => run(plan, context, { command, direction: "undo" }),
  };
}

/** To its end; what it comes to is for others to look at. */
export async function run(
  plan: Plan,
  { ports, state }: Context,
  line: { command: string; direction: "apply" | "undo" },
) {
  const { code, log, tail } = await runInUnit(plan, ports, line);
  if (code === "0") return;
  const known = wordsBehind([line.command]);
  ports.host.say(redact(
    `"${line.command}" ended with ${code} (attempt ${state.steps.switch.attempt}, log: ${log}): ${tail}`,
    known,
  ));
}
