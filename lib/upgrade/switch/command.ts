import type { Context } from "../../run/context.ts";
import { redact, wordsBehind } from "../../base/redact.ts";
import { WaitingError } from "../contract.ts";
import { changes } from "./manual.ts";
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
    apply: (context) => judged(context, { command, direction: "apply" }),
    undo: (context) => judged(context, { command, direction: "undo" }),
  };
}

interface Line {
  readonly command: string;
  readonly direction: "apply" | "undo";
}

/** Where nobody can read what the unit would run, its exit code is all there is. */
async function judged(context: Context, line: Line) {
  const { plan } = context;
  const ended = await run(context, line);
  if (!plan.unread || ended === undefined) return;
  const [from, to] = line.direction === "apply"
    ? [plan.from, plan.to]
    : [plan.to, plan.from];
  const lines = [
    `${ended}. See that the configuration of ${plan.unit} is changed:`,
    ...changes(context, from, to),
  ];
  throw new WaitingError(lines.join("\n  "));
}

/**
 * To its end; what it comes to is for others to look at. A phrase where it did
 * not end well, which was said.
 */
export async function run(
  context: Context,
  line: Line,
): Promise<string | undefined> {
  const { ports, state } = context;
  const { code, log, tail } = await runInUnit(context, line);
  if (code === "0") return undefined;
  const known = wordsBehind([line.command]);
  const said = (words: string) => redact(words, known);
  const ended =
    `"${line.command}" ended with ${code} (attempt ${state.steps.switch.attempt}, log: ${log})`;
  ports.host.say(said(`${ended}: ${tail}`));
  return said(ended);
}
