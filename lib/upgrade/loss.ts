import type { Evidence } from "../../journal/fact.ts";
import type { Context } from "../run/context.ts";
import { requireNobody } from "./service/in_use.ts";
import { isGathered } from "./service/statistics.ts";

/** What a rollback would lose: measured on the closed new cluster. */
export interface Loss {
  /** The new cluster at this moment; a confirmation counts for exactly this. */
  readonly evidence: Evidence;
  readonly transactions: number;
  /** Of write-ahead log. */
  readonly bytes: number;
  /** False: it serves, or was killed, so these are the least. */
  readonly exact: boolean;
  /** One phrase for a person. */
  readonly text: string;
}

/** A rollback would lose what nobody has agreed to lose. */
export class LossError extends Error {
  override name = "LossError";
  constructor(readonly loss: Loss) {
    super(loss.text);
  }
}

/**
 * Undefined where the new cluster is exactly what was handed over, or was
 * never swapped in.
 */
export async function measureLoss(
  context: Context<"files" | "clusters">,
): Promise<Loss | undefined> {
  const { names, ports, state } = context;
  const handedOver = state.steps.build.evidence;
  const found = await ports.files.look(names.newInVolume);
  if (found === undefined || found.inode !== handedOver.inode) {
    return undefined;
  }
  const { control } = await ports.clusters.look(names.volumeCluster) ?? {};
  if (control === undefined) {
    throw new Error(`Cannot read the cluster in "${names.volumeCluster}"`);
  }
  if (control.sha256 === handedOver.control) return undefined;
  const transactions = BigInt(control.nextXid) -
    BigInt(handedOver.nextXid ?? control.nextXid);
  const bytes = position(control.checkpoint) -
    position(handedOver.checkpoint ?? control.checkpoint);
  const own = await isGathered(context)
    ? ", what gathered the planner's statistics among them"
    : "";
  // Only the last act of a server that stops cleanly tells of all it took.
  const exact = control.state === "shut down";
  return {
    evidence: { control: control.sha256, state: control.state },
    transactions: Number(transactions),
    bytes: Number(bytes),
    exact,
    text: exact
      ? `since the new version was started it has taken ${transactions} transactions (${bytes} bytes of WAL${own}), which the old data do not have`
      : `since the new version was started it has taken transactions that the old data do not have; how many is unknown, because it was not stopped cleanly (${transactions} by its last checkpoint${own})`,
  };
}

/**
 * @throws {LossError} nobody has agreed to lose what stands there now
 * @throws {Error} somebody still serves it, so that nobody can know
 */
export async function requireLossConfirmed(context: Context) {
  const { newInVolume, volume } = context.names;
  const found = await context.ports.files.look(newInVolume);
  if (found?.inode === context.state.steps.build.evidence.inode) {
    await requireNobody(context, volume);
  }
  const loss = await measureLoss(context);
  if (loss === undefined) return;
  if (context.state.lossConfirmed?.control === loss.evidence.control) return;
  throw new LossError(loss);
}

/** A log position such as "1/2A" as one number. */
function position(lsn: string): bigint {
  const [high = "0", low = "0"] = lsn.split("/");
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
