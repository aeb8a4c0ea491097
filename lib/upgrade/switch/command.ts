import type { Context } from "../../run/context.ts";
import { redact, wordsBehind } from "../../base/redact.ts";
import { runInUnit } from "./transient_unit.ts";
import type { Switcher } from "./switcher.ts";

/**
 * The operator's own program changes the configuration. It runs in a transient
 * unit, so it outlives us; its exit code is reported, but what counts is what
 * the unit would run afterwards.
 */
export function commandSwitcher(command: string): Switcher {
  return {
    does: `runs "${command}" with PGLADDER_DIRECTION=apply`,
    wayBack: `runs "${command}" with PGLADDER_DIRECTION=undo`,
    commands: [`PGLADDER_DIRECTION=apply … ${command}`],
    apply: (context) => run(context, { command, direction: "apply" }),
    undo: (context) => run(context, { command, direction: "undo" }),
  };
}

/** To its end; what it comes to is for others to look at. */
export async function run(
  context: Context,
  line: { command: string; direction: "apply" | "undo" },
) {
  const { ports, state } = context;
  const { code, log, tail } = await runInUnit(context, line);
  if (code === "0") return;
  const known = wordsBehind([line.command]);
  ports.host.say(redact(
    `"${line.command}" ended with ${code} (attempt ${state.steps.switch.attempt}, log: ${log}): ${tail}`,
    known,
  ));
}
