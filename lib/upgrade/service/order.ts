import { join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import {
  clearJob,
  type Job,
  resultsOf,
  startJob,
  stateOf,
  waitForJob,
} from "../../job/control.ts";
import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import { requireNobody } from "./in_use.ts";
import { fetchPruned } from "./pruned.ts";
import { closeUnit } from "./service.ts";

/** In which order the indexes over text are: that of the one library or the other. */

/** The job's script. */
export const REINDEX = "reindex";
/** Attempts are counted from 1: this is the way back's. */
const BACK = 0;

/** Rebuilds by the new image's libraries, or, on the way back, by the old one's. */
export function rebuildJob({ names, plan }: PlannedRun, attempt: number): Job {
  const back = attempt === BACK;
  const image = back ? plan.from : plan.to;
  const { icu, libc } = plan.sorting ?? { icu: [], libc: { from: "", to: "" } };
  return {
    step: "reindex",
    attempt,
    parts: [{
      part: "",
      script: REINDEX,
      image: names.tag(back ? "from" : "to"),
      env: {
        PGDATA: image.pgdata,
        PGLADDER_MOUNT: image.inner,
        PGLADDER_LIBC: String(libc.from !== libc.to),
        PGLADDER_ICU: JSON.stringify(
          icu.map(({ from, locale, to }) => ({ locale, changed: from !== to })),
        ),
        ...(back ? { PGLADDER_BACK: "yes" } : {}),
      },
      mounts: [{ source: plan.volume.path, mountPath: image.inner }],
    }],
  };
}

/**
 * Where the image stays its order is the right one, rebuilt or not; and one
 * that could not serve the data has no order.
 */
export const needsOldOrder = ({ from, sorting, to, unserved }: Plan) =>
  sorting !== undefined && from.id !== to.id && unserved === undefined;

/** The control file of the data in their place. */
export async function dataControl({ plan, ports }: RunContext) {
  const { path } = plan.volume;
  return (await ports.clusters.look(join(path, plan.to.cluster)))?.control;
}

/** All is rebuilt by the old image, and no server has run there since. */
export async function hasOldOrder(context: RunContext): Promise<boolean> {
  const results = await resultsOf(context, rebuildJob(context, BACK));
  const result = results.get(REINDEX);
  const control = await dataControl(context);
  return result?.ok === true && control !== undefined &&
    result.control_sha256 === control.sha256;
}

/** Brings the old order back, whatever was done of the new one. */
export async function restoreOrder(context: RunContext) {
  const { names, plan, ports } = context;
  await stopAttempts(context);
  if (await hasOldOrder(context)) return;
  await closeUnit(context);
  await requireNobody(context, names.volume);
  const job = rebuildJob(context, BACK);
  if ((await stateOf(context, job)).state !== "alive") {
    await ports.containers.remove(names.container("reindex", BACK));
    await ports.files.remove(names.job("reindex", BACK));
    // After an upgrade that came to its end nothing has kept it from a prune.
    await fetchPruned(plan.from, ports);
    await ports.containers.tag(plan.from.id, names.tag("from"));
    await startJob(context, job);
  }
  const result = (await waitForJob(context, job)).get(REINDEX);
  const left = Number(result?.["indexes_left"] ?? 0);
  if (left > 0) {
    ports.host.say(
      `      ${left} unique indexes stay as they were found: there are duplicates`,
    );
  }
  await ports.containers.remove(names.container("reindex", BACK));
}

/** Of the way up: their servers are stopped in order, for unlogged tables. */
export async function stopAttempts({ names, plan, ports }: RunContext) {
  for (const name of await ports.files.list(names.jobs) ?? []) {
    const [, attempt] = /^reindex-([1-9]\d*)$/.exec(name) ?? [];
    if (attempt === undefined) continue;
    const container = names.container("reindex", Number(attempt));
    if (await ports.containers.inspect(container) === undefined) continue;
    await ports.containers.stop(container, plan.stopTimeout);
    await ports.containers.remove(container);
  }
}

/**
 * The last look before the old image serves again: somebody may have started
 * the new one there.
 */
export async function keepOldOrder(context: Context) {
  const { plan, ports, state } = context;
  if (!needsOldOrder(plan) || state.steps.reindex.attempt === 0) return;
  const results = await resultsOf(context, rebuildJob(context, BACK));
  const service = await ports.containers.inspect(plan.container);
  const isBack = results.get(REINDEX)?.ok === true &&
    service?.imageId === plan.from.id;
  // Its own server has run there since.
  if (isBack) return;
  await restoreOrder(context);
}

/** What tells of it goes when nobody needs it any more. */
export async function forgetOrder(context: RunContext) {
  if (context.plan.sorting !== undefined) await clearJob(context, "reindex");
}
