import { isDown } from "../../journal/fold.ts";
import { ladderFor } from "../upgrade/ladder.ts";
import { measureLoss } from "../upgrade/loss.ts";
import type { Context } from "../run/context.ts";
import { isBegun } from "../upgrade/contract.ts";

export interface Rollback {
  readonly moves: readonly string[];
  readonly loses: string;
  /** What the new version had taken at its last checkpoint. */
  readonly taken?: { transactions: number; bytes: number; exact: boolean };
}

/** What a rollback would undo, and what it would leave behind. */
export async function rollbackOf(
  context: Context<"files" | "clusters">,
): Promise<Rollback> {
  const { plan, state } = context;
  if (state.committing || state.closed !== undefined) {
    return { moves: [], loses: "there is no way back" };
  }
  const moves = ladderFor(context)
    .filter(({ id }) => !isDown(state.steps[id].status))
    .map(({ id, wayBack }) => `${id}: ${wayBack}`)
    .reverse();
  if (
    plan.method === "minor" ||
    !isBegun(state, "start") && !isBegun(state, "switch")
  ) return { moves, loses: "nothing" };
  const { taken } = await takenOf(context);
  // A person changes the configuration, and may have started what it names.
  const untouched = taken?.exact && taken.transactions + taken.bytes === 0;
  if (!isBegun(state, "start") && untouched) return { moves, loses: "nothing" };
  return {
    moves,
    loses:
      `what the new version has taken since it was started (kept in ${plan.aborted})`,
    ...taken === undefined ? {} : { taken },
  };
}

/** While it serves its control file tells of its last checkpoint. */
async function takenOf(
  context: Context<"files" | "clusters">,
): Promise<Pick<Rollback, "taken">> {
  const { names: { newInVolume, volumeCluster }, ports, state } = context;
  const inode = (await ports.files.look(newInVolume))?.inode;
  if (inode !== state.steps.build.evidence.inode) return {};
  const cluster = await ports.clusters.look(volumeCluster);
  // A file that cannot be read is no reason to say nothing at all.
  if (cluster?.control === undefined) return {};
  const loss = await measureLoss(context);
  const { bytes = 0, exact = true, transactions = 0 } = loss ?? {};
  return { taken: { transactions, bytes, exact } };
}
