import { join } from "@std/path";
import type { Plan } from "../../journal/plan.ts";
import { namesOf } from "../names.ts";
import { StoppedError } from "../job_control.ts";
import type { Context } from "../step/step.ts";
import type { Switcher } from "./switcher.ts";

const POLL_MS = 100;
/** Not at work for so long, and no result: it was killed. In milliseconds. */
const IDLE_MS = 5000;

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
    apply: (context) => run(plan, context, command, "apply"),
    undo: (context) => run(plan, context, command, "undo"),
  };
}

/** Runs the operator's line, then writes its exit code as the last deed. */
const WRAPPER = `
bash -c "$PGLADDER_COMMAND" >"$PGLADDER_LOG" 2>&1 </dev/null
code=$?
printf '%s\\n' "$code" >"$PGLADDER_RESULT.new"
sync "$PGLADDER_RESULT.new"
mv -T "$PGLADDER_RESULT.new" "$PGLADDER_RESULT"
`;

async function run(
  plan: Plan,
  { ports, state }: Context,
  command: string,
  direction: "apply" | "undo",
) {
  const { files, host, units } = ports;
  const { jobs } = namesOf(plan);
  const unit = `pgladder-${plan.run}-switch.service`;
  const base = join(jobs, `switch-${direction}`);
  if (await files.look(jobs) === undefined) await files.makeDirectory(jobs);
  // What an earlier life left may be half-way through: stop it, begin anew.
  await units.remove(unit);
  await files.remove(`${base}.result`);
  await units.run({
    name: unit,
    command: ["bash", "-c", WRAPPER],
    env: {
      PGLADDER_COMMAND: command,
      PGLADDER_LOG: `${base}.log`,
      PGLADDER_RESULT: `${base}.result`,
      PGLADDER_DIRECTION: direction,
      PGLADDER_CONTAINER: plan.container,
      PGLADDER_UNIT: plan.unit,
      PGLADDER_FROM_IMAGE: plan.from.reference,
      PGLADDER_TO_IMAGE: plan.to.reference,
      PGLADDER_FROM_MOUNT: plan.from.inner,
      PGLADDER_TO_MOUNT: plan.to.inner,
      PGLADDER_VOLUME: plan.volume.path,
    },
  });
  let code = await files.readText(`${base}.result`);
  for (let idle = 0; code === undefined;) {
    if (host.stopAsked) throw new StoppedError(host.stopAsked);
    await host.sleep(POLL_MS);
    const shown = (await units.show([unit])).get(unit);
    // A unit that was only just asked for may not have begun.
    idle = shown?.active === "active" ? 0 : idle + POLL_MS;
    code = await files.readText(`${base}.result`) ??
      (idle > IDLE_MS ? "no result" : undefined);
  }
  await units.remove(unit);
  await units.reload();
  if (code.trim() !== "0") {
    const log = await files.readText(`${base}.log`) ?? "";
    host.say(
      `"${command}" ended with ${code.trim()} (attempt ${state.steps.switch.attempt}, log: ${base}.log): ${
        log.trim().split("\n").slice(-5).join(" | ")
      }`,
    );
  }
}
