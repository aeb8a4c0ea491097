import { JournalDirectory } from "../../../journal/directory.ts";
import { Journal } from "../../../journal/journal.ts";
import { EXIT, Failure } from "../../base/failure.ts";
import { ladderFor } from "../../upgrade/ladder.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import { LossError } from "../../upgrade/loss.ts";
import { makePlan } from "../../plan/make_plan.ts";
import { planText } from "../../report/plan_text.ts";
import { hasTraces } from "../../rehearsal/cleanup.ts";
import { climb } from "../../upgrade/loop.ts";
import { writePointer } from "../../run/registry.ts";
import type { App } from "./command.ts";
import { detach } from "../session/detach.ts";
import { type OpenRun, printClosing, withRun } from "../session/open_run.ts";
import { nothingToDoText, viewOf } from "./plan.ts";
import { diffText } from "../session/switch_options.ts";
import { planFor, type Planned } from "../session/plan_run.ts";
import { makeStateDirectory } from "../session/state_directory.ts";

/** Plans, asks, and climbs. */
export async function upgrade(app: App): Promise<number> {
  const planned = await planFor(app);
  const { checks, plan } = planned;
  if (planned.nothingToDo) {
    app.operator.print(nothingToDoText(plan.container, plan.to.version));
    return EXIT.done;
  }
  app.ports.host.say(planText(viewOf(app, planned)));
  const diff = diffText(planned.facts);
  if (diff !== "") app.ports.host.say(diff);
  requirePassed(app, checks, plan);
  await confirm(app, `Upgrade "${plan.container}" to ${plan.to.version}`);
  const run = await begin(app, planned);
  return await withRun(app, run, async () => {
    const { container, run: name, volume } = run.plan;
    await writePointer(name, { container, volume: volume.path }, app.ports);
    return app.args.options.detach
      ? await detach(app, run)
      : await climbUp(app, run);
  });
}

/** @throws {Failure} "checks": one of them refuses */
export function requirePassed(
  { args }: App,
  checks: Planned["checks"],
  { container, to }: Planned["plan"],
) {
  const refused = checks.filter(({ level }) => level === "refuse");
  if (refused.length === 0) return;
  throw new Failure("checks", {
    checks: refused.map(({ name, found, remedy }) =>
      `"${name}": ${found} (${remedy})`
    ).join(", "),
    container,
    to: args.options.to ?? to.reference,
  });
}

/** Climbs to the end of the ladder and says where that is. */
export async function climbUp(app: App, run: OpenRun): Promise<number> {
  const ladder = ladderFor(run.plan);
  try {
    await climb({ ladder, journal: run.journal, ports: app.ports });
  } catch (cause) {
    if (!(cause instanceof LossError)) throw cause;
    // The new cluster must be built anew, and somebody has written to it.
    const { aborted, container } = run.plan;
    throw new Failure("loss", {
      loss: cause.loss.words,
      hint:
        `Go back with "pgladder rollback ${container} --confirm ${container}": the new data will be kept in ${aborted}`,
    }, { cause, exit: EXIT.midway });
  }
  await printClosing(app, run);
  return EXIT.done;
}

export async function confirm(app: App, deed: string) {
  if (app.args.options.yes) return;
  if (!app.operator.present) {
    throw new Failure("not-confirmed", {
      hint: "Nobody is there to ask: say --yes to begin without a question",
    });
  }
  const answer = await app.operator.ask(`${deed}? Type yes:`);
  if (answer?.trim().toLowerCase() !== "yes") {
    throw new Failure("not-confirmed", { hint: 'Type "yes" to begin' });
  }
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
  journal.append({ type: "run-planned", plan });
  return { directory, journal, plan };
}
