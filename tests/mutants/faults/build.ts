import type { Mutant } from "../mutant.ts";

/** Faults in the new cluster, its swap, and what a rollback loses. */
export const BUILD: readonly Mutant[] = [
  {
    name: "The new cluster is not compared with the old",
    file: "lib/upgrade/step/build.ts",
    edits: [[
      `    await requireSame(context, method);
`,
      "",
    ]],
  },
  {
    name: "The loss is not looked at again before the swap back",
    file: "lib/upgrade/step/swap.ts",
    edits: [[
      `      await requireLossConfirmed(context);
`,
      "",
    ]],
  },
  {
    name: "No rows are ever thought lost",
    file: "lib/upgrade/loss.ts",
    edits: [[
      "if (control.sha256 === handedOver.control) return undefined;",
      'if (control.sha256 !== "") return undefined;',
    ]],
  },
  {
    name: "Who agreed once has agreed to any loss",
    file: "lib/upgrade/loss.ts",
    edits: [[
      `  if (context.state.lossConfirmed?.control === loss.evidence.control) return;
`,
      `  if (context.state.lossConfirmed !== undefined) return;
`,
    ]],
  },
  {
    name: "Nobody is asked before rows are left behind",
    file: "lib/cli/session/run_steps.ts",
    edits: [[
      `  if (app.args.options.confirm === container) return true;
`,
      `  if (container !== "") return true;
`,
    ]],
  },
  {
    name: "What is half initialised is not seen",
    file: "lib/upgrade/method/initdb_ahead.ts",
    edits: [[
      `  return await ports.files.look(initialisedPartial) !== undefined ||
    await hasJob(context, "prepare");`,
      `  return await ports.files.look(initialisedPartial) === undefined &&
    await hasJob(context, "close");`,
    ]],
  },
];
