import { closeStarted } from "../service/unserved.ts";
import { describeStep } from "../step_text.ts";
import type { Context, PlannedRun } from "../../run/context.ts";
import { requireNobody } from "../service/in_use.ts";
import { requireLossConfirmed } from "../loss.ts";
import { isPlaceholder } from "../service/placeholder.ts";
import { absent, complete, type Step, unexpected } from "../contract.ts";

/** Puts the new cluster in the placeholder's place, in one exchange. */
export function swap(run: PlannedRun): Step {
  const { names, plan } = run;

  async function exchange(context: Context) {
    for (const path of [names.volume, names.staging]) {
      await requireNobody(context, path);
    }
    await context.ports.files.exchange(names.volume, names.staging);
  }

  return {
    id: "swap",
    ...describeStep("swap", plan),
    commands: [`mv --exchange ${names.volume} ${names.staging}`],
    async look(context) {
      const { ports: { files }, state } = context;
      const { inode } = state.steps.build.evidence;
      const volume = await files.look(names.volume);
      const staging = await files.look(names.staging);
      if (
        volume?.inode === inode &&
        await isPlaceholder(context, names.staging)
      ) return complete("the new cluster is in place");
      if (
        staging?.inode === inode &&
        await isPlaceholder(context, names.volume)
      ) {
        return absent(
          "the placeholder is in place",
          "the new cluster in place",
        );
      }
      return unexpected(
        `"${names.volume}" is ${
          volume === undefined ? "not there" : `inode ${volume.inode}`
        }`,
        `the new cluster (inode ${inode}) or the placeholder`,
      );
    },
    apply: exchange,
    async undo(context) {
      await closeStarted(context);
      // Looked at once more, since what is lost here was measured earlier.
      await requireLossConfirmed(context);
      await exchange(context);
    },
    evidence: ({ state }) =>
      Promise.resolve({ inode: state.steps.build.evidence.inode ?? "" }),
  };
}
