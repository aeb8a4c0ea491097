import {
  clearJob,
  hasJob,
  isOver,
  removeContainers,
  removeEnded,
  resultsOf,
  startJob,
  stateOf,
  waitForJob,
} from "../../job/control.ts";
import { measurementsEvidence } from "../../job/measurements.ts";
import { wouldRun } from "../../configuration/would_run.ts";
import type { Ports } from "../../port/ports.ts";
import type { Context, PlannedRun } from "../../run/context.ts";
import {
  absent,
  complete,
  isBegun,
  isPending,
  type Observation,
  partial,
  running,
  type Step,
  WaitingError,
} from "../contract.ts";
import {
  answerPath,
  questionIn,
  questionWords,
} from "../service/duplicates.ts";
import { requireNobody } from "../service/in_use.ts";
import {
  dataControl,
  hasOldOrder,
  needsOldOrder,
  rebuildJob,
  REINDEX,
  restoreOrder,
  stopAttempts,
} from "../service/order.ts";
import { closeUnit, requireRoomToStop } from "../service/service.ts";
import { describeStep } from "../step_text.ts";

/**
 * Rebuilds what depends on the order of text, by the libraries of the image
 * that is to serve, while nothing can start there: a switch may start it.
 */
export function reindex({ plan }: PlannedRun): Step {
  return {
    id: "reindex",
    ...describeStep("reindex", plan),
    commands: [
      "psql -c 'REINDEX INDEX …'   # each index that another version has sorted, in every database",
      "psql -c 'SELECT bt_index_check(…)'   # where amcheck is there",
      "psql -c 'ALTER DATABASE … REFRESH COLLATION VERSION'",
    ],
    look,
    apply,
    finish,
    undo,
    async evidence(context) {
      const control = await dataControl(context);
      const { attempt } = context.state.steps.reindex;
      return {
        attempt: String(attempt),
        control: control?.sha256 ?? "",
        checkpoint: control?.checkpoint ?? "",
        ...await measurementsEvidence(context, "reindex", attempt),
      };
    },
  };
}

async function look(context: Context): Promise<Observation> {
  const { names, ports, state } = context;
  const status = state.steps.reindex;
  if (isPending(status)) return absent("nothing is rebuilt");
  if (state.direction === "down") return await lookBack(context);
  const control = await dataControl(context);
  if (status.status === "done") {
    if (control?.sha256 === status.evidence.control) {
      return complete("indexes are as they were rebuilt");
    }
    // From here on the server that goes by this order has them.
    if (
      isBegun(state, "start") || isBegun(state, "switch") &&
        (await wouldRun(context)).version !== "from"
    ) return complete("indexes are rebuilt");
    return absent(
      "a server of the old image may have run on the data since",
      "them as they were left",
    );
  }
  const job = rebuildJob(context, status.attempt);
  const now = await stateOf(context, job);
  if (now.state === "dead") return partial(now.why);
  if (isOver(status, now)) return partial(status.message);
  if (now.state === "alive") return running("indexes are being rebuilt");
  const name = names.container("reindex", status.attempt);
  if (await ports.containers.inspect(name) !== undefined) {
    return running("its job has ended");
  }
  const result = (await resultsOf(context, job)).get(REINDEX);
  return result?.control_sha256 === control?.sha256
    ? complete("what depends on the order of text is rebuilt")
    : partial("a server has run on the data since");
}

/** Until it is undone nothing says which indexes are in which order. */
async function lookBack(context: Context) {
  const { status } = context.state.steps.reindex;
  const isUndone = status === "undoing" &&
    (needsOldOrder(context.plan)
      ? await hasOldOrder(context)
      : !await hasJob(context, "reindex"));
  return isUndone
    ? absent("indexes are in the order of the image that served")
    : partial("indexes may be in the new order");
}

async function apply(context: Context) {
  const { attempt } = context.state.steps.reindex;
  await removeContainers(context, "reindex");
  await closeUnit(context);
  await requireNobody(context, context.names.volume);
  await requireRoomToStop(context);
  // Directories of earlier attempts stay: they tell that there were some.
  await startJob(context, rebuildJob(context, attempt));
}

async function finish(context: Context) {
  const { names, ports, state } = context;
  const { attempt } = state.steps.reindex;
  const { files } = ports;
  const job = rebuildJob(context, attempt);
  const directory = names.job("reindex", attempt);
  // Whoever comes back has decided, or nobody was told yet: it looks again.
  const known = await questionIn(directory, files);
  if (known !== undefined) {
    await files.writeText(answerPath(directory, known), "");
  }
  const results = await waitForJob(context, job, async () => {
    const question = await questionIn(directory, files);
    if (question === undefined || question.ask === known?.ask) return;
    throw new WaitingError(questionWords(context, question, attempt));
  });
  await removeEnded(context, job);
  tell(results.get(REINDEX), ports);
}

/** What no rebuild repairs, and a person can. */
function tell(
  result: Readonly<Record<string, unknown>> | undefined,
  ports: Ports,
) {
  const found = Array.isArray(result?.unfit) ? result.unfit : [];
  for (const line of unfitLines(found)) ports.host.say(`      ${line}`);
}

/** Names and numbers alone: no row. */
export function unfitLines(unfit: readonly unknown[]): readonly string[] {
  return unfit.flatMap((it) => {
    if (!Array.isArray(it)) return [];
    const [database, kind, name, rows] = it.map(String);
    const place = `${name} in database ${JSON.stringify(database)}`;
    switch (kind) {
      case "partition":
        return [
          `${rows} rows of the partition ${place} belong into another one by the new order: queries do not find them there; move them`,
        ];
      case "check":
        return [
          `${rows} rows do not fulfil the check ${place} by the new order: a dump of them could not be restored`,
        ];
      case "matview":
        return [
          `The materialized view ${place} was filled by the old order: REFRESH MATERIALIZED VIEW, where that counts`,
        ];
      default:
        return [];
    }
  });
}

async function undo(context: Context) {
  if (needsOldOrder(context.plan)) await restoreOrder(context);
  else {
    await stopAttempts(context);
    await clearJob(context, "reindex");
  }
}
