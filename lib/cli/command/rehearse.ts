import type { Plan, Switch } from "../../../journal/plan.ts";
import { contextOf } from "../../run/context.ts";
import { wholeNumber } from "../args.ts";
import { EXIT, SIGNAL_EXITS } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { StoppedError } from "../../job/control.ts";
import type { Facts } from "../../plan/facts/facts.ts";
import { isMinor } from "../../plan/make_plan.ts";
import { rehearsalPlan } from "../../rehearsal/ladder.ts";
import { findLive } from "../../rehearsal/live_server.ts";
import { placesOf } from "../../run/rehearsal_paths.ts";
import {
  type RehearsalRecord,
  writeRecord,
} from "../../run/rehearsal_record.ts";
import { runRehearsal } from "../../rehearsal/rehearsal.ts";
import { floorOf, memoryLimit, requireRoom } from "../../rehearsal/limits.ts";
import { announce, hasTraces, removeTraces } from "../../rehearsal/cleanup.ts";
import { Watch } from "../../rehearsal/disk_guard.ts";
import { rehearsalText } from "../../run/rehearsal_text.ts";
import { findVolume } from "../../run/registry.ts";
import { safe } from "../../base/format.ts";
import type { App } from "./command.ts";
import {
  nothingToDoText,
  planFor,
  requirePassed,
} from "../session/plan_run.ts";
import { showing } from "../session/show_progress.ts";
import { letGo, lockState } from "../session/state_directory.ts";

/** Free MiB that may be asked for, at the most: a PiB. */
const KEEP_FREE_MAX = 1024 ** 3;

/**
 * The whole upgrade on a copy while the service runs on: what would fail, how
 * long it would take, how much room. Nothing but its figures stays.
 */
export async function rehearse(app: App): Promise<number> {
  const removed = await removeLeftover(app);
  if (app.args.options.clean) {
    app.operator.print(
      removed ? "Removed what a rehearsal had left." : "Nothing was left.",
    );
    return EXIT.done;
  }
  const { checks, facts, nothingToDo, plan } = await planFor(app);
  if (nothingToDo) {
    app.operator.print(nothingToDoText({ facts, plan }));
    return EXIT.done;
  }
  requireCopyable(facts, plan, app.args.options.to);
  // The room for an upgrade is another question: see below.
  requirePassed(app, checks.filter(({ name }) => name !== "space"));
  const asked = app.args.options["keep-free"];
  const floor = floorOf(
    plan.bytes,
    asked === undefined
      ? undefined
      : wholeNumber("keep-free", asked, 1, KEEP_FREE_MAX),
  );
  const rehearsal = contextOf(rehearsalPlan(plan), app.ports);
  await requireRoom(rehearsal.plan, floor, app.ports.files);
  const live = await findLive(facts, app.ports);
  const directory = await lockState(app, plan);
  const watch = new Watch(app.ports, plan.volume.path, {
    floor,
    memoryMb: memoryLimit(plan),
  });
  let record: RehearsalRecord;
  try {
    await announce(rehearsal);
    record = await runRehearsal(rehearsal.plan, {
      clock: app.clock,
      copied: plan.volume.within === true && plan.volume.reflink,
      live,
      watch,
      shown: (journal, action) =>
        showing(app, { ...rehearsal, journal }, action),
    });
    await removeTraces(plan.volume.path, app.ports);
    await writeRecord(plan.volume.path, record, app.ports.files);
  } catch (error) {
    await removeTraces(plan.volume.path, app.ports);
    throw error instanceof StoppedError ? stopped(error) : error;
  } finally {
    await letGo(app, plan.volume.path, directory);
  }
  return report(app, plan, record);
}

function stopped({ signal }: StoppedError): Failure {
  const exit = SIGNAL_EXITS[signal] ?? EXIT.failed;
  return new Failure("rehearsal-stopped", { signal }, { exit });
}

/** What a rehearsal left that was killed, or whose host was. */
async function removeLeftover(app: App): Promise<boolean> {
  const { operand: container, options: { volume } } = app.args;
  const path = await findVolume(
    { container, volume, runtime: app.runtime },
    app.ports,
  );
  if (path === undefined || !await hasTraces(path, app.ports)) return false;
  const directory = await lockState(app, {
    container: container ?? path,
    volume: { path },
  });
  try {
    await removeTraces(path, app.ports);
  } finally {
    await letGo(app, path, directory);
  }
  return true;
}

function report(app: App, plan: Plan, record: RehearsalRecord): number {
  const path = placesOf(plan.volume.path).record;
  if (app.args.options.json) {
    app.operator.print(JSON.stringify({ ...record, record: path }, null, 2));
  }
  if (record.failure !== undefined) {
    const { step, reason } = record.failure;
    throw new Failure("rehearsal", { step, reason });
  }
  if (!app.args.options.json) {
    app.operator.print(
      safe(rehearsalText(record, path, remarkOn(plan.switch))),
    );
  }
  return EXIT.done;
}

/** What nobody can rehearse. */
function remarkOn({ kind }: Switch): string {
  switch (kind) {
    case "manual":
      return ", and what you take to change the configuration";
    case "nixos":
      return ", and what the rebuild takes";
    case "command":
      return ", and what your command takes";
    default:
      return "";
  }
}

/** @throws {Failure} "cannot-rehearse": nothing can be copied, or need be */
function requireCopyable(
  facts: Pick<Facts, "found" | "from" | "leaving" | "to" | "unserved">,
  plan: Plan,
  to = "TAG",
) {
  if (isMinor(facts) || facts.unserved !== undefined) {
    throw new Failure("cannot-rehearse", {
      reason: facts.unserved === undefined
        ? "a minor upgrade leaves the data where they are"
        : `a rehearsal copies a running database, and "${plan.container}" does not serve`,
      hint:
        `This upgrade needs no rehearsal. Type "pgladder plan ${plan.container} --to ${to}"`,
    });
  }
  if (plan.leaves !== undefined) {
    throw new Failure("cannot-rehearse", {
      reason:
        `the image is ${plan.leaves.what}, whose server lets nobody copy it while it serves`,
      hint:
        `Until commit a rollback brings that image back with its own data. Type "pgladder plan ${plan.container} --to ${to}"`,
    });
  }
}
