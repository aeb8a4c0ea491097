import type { Plan } from "../../../journal/plan.ts";
import { JournalDirectory } from "../../../journal/directory.ts";
import { Journal } from "../../../journal/journal.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { contextOf } from "../../run/context.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import { makePlan } from "../../plan/make_plan.ts";
import { planText } from "../../report/plan_text.ts";
import { hasTraces } from "../../rehearsal/cleanup.ts";
import { removePointer, writePointer } from "../../run/pointers.ts";
import type { App } from "../command/command.ts";
import { detach } from "./detach.ts";
import { withRun } from "./open_run.ts";
import type { OpenRun } from "../../run/registry.ts";
import { diffText } from "./switch_options.ts";
import {
  nothingToDoText,
  planFor,
  type Planned,
  requirePassed,
  viewOf,
} from "./plan_run.ts";
import { runUpgrade } from "./run_steps.ts";
import { confirm } from "./confirm.ts";
import { makeStateDirectory } from "./state_directory.ts";

/** Plans, asks, and runs the steps. */
export async function beginUpgrade(app: App): Promise<number> {
  const planned = await planFor(app);
  const { checks, plan } = planned;
  if (planned.nothingToDo) {
    app.operator.print(nothingToDoText(planned));
    return EXIT.done;
  }
  app.ports.host.say(planText(viewOf(app, planned)));
  const diff = diffText(planned.facts, plan);
  if (diff !== "") app.ports.host.say(diff);
  requirePassed(app, checks);
  await confirm(
    app,
    plan.from.id === plan.to.id && plan.lost === undefined
      ? `Rebuild what is sorted otherwise in "${plan.container}"`
      : `Upgrade "${plan.container}" to ${plan.to.version}${changeWords(plan)}`,
  );
  const run = await begin(app, planned);
  return await withRun(app, run, async () => {
    await remember(app, run.plan);
    return app.args.options.detach
      ? await detach(app, run)
      : await runUpgrade(app, run);
  });
}

/** On NixOS it may be pgladder's own idea. */
function changeWords({ switch: chosen }: Plan): string {
  return chosen.kind === "nixos"
    ? `, with the change above and "${chosen.rebuild}"`
    : "";
}

function remember({ ports }: App, { container, run, volume }: Plan) {
  return writePointer(run, { container, volume: volume.path }, ports);
}

/** From the first write on the run is on the disk and can be resumed. */
async function begin(app: App, planned: Planned): Promise<OpenRun> {
  const { path } = planned.plan.volume;
  const inode = await makeStateDirectory(app, path);
  const directory = new JournalDirectory(stateDirectoryOf(path));
  if (!directory.tryLock()) {
    throw new Failure("locked", { container: planned.plan.container });
  }
  // One may have begun since the checks, and been killed.
  if (await hasTraces(path, app.ports)) {
    throw new Failure("rehearsing", { container: planned.plan.container });
  }
  const journal = Journal.open(directory, app.clock, app.tool);
  if (journal.state.plan !== undefined) {
    throw new Failure("open-run", {
      run: journal.state.plan.run,
      container: journal.state.plan.container,
    });
  }
  directory.fillReserve();
  const plan = makePlan(
    planned.facts,
    planned.settings,
    planned.identity,
    inode,
  );
  // Where others may change what is above, it says first that root was asked.
  if (planned.settings.trustParents) await remember(app, plan);
  try {
    journal.append({ type: "run-planned", plan });
  } catch (failure) {
    await removePointer(plan.run, app.ports);
    throw failure;
  }
  return { ...contextOf(plan, app.ports), directory, journal };
}
