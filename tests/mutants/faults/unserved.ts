import type { Mutant } from "../mutant.ts";

/** Faults in what begins from a database that does not serve. */
export const UNSERVED: readonly Mutant[] = [
  {
    name: "What is swapped in is not stopped before it is swapped out",
    file: "lib/upgrade/service/unserved.ts",
    edits: [[
      "  if (asksFirst(context.plan)) await closeUnit(context);",
      "  if (asksFirst(context.plan)) await Promise.resolve();",
    ]],
  },
  {
    name: "A way back waits until what never served serves",
    file: "lib/upgrade/service/unserved.ts",
    edits: [[
      "  return image === undefined ? letFail(context) : openUnit(context, image);",
      "  return openUnit(context, image ?? asConfigured(context.plan).from);",
    ]],
  },
  {
    name: "A commit removes what a lost cluster has taken the place of",
    file: "lib/cli/session/finish_commit.ts",
    edits: [[
      'plan.method !== "minor" && plan.lost === undefined',
      'plan.method !== "minor"',
    ]],
  },
  {
    name: "A prune takes the volume that the lost cluster lies in",
    file: "lib/upgrade/step/prepare.ts",
    edits: [[
      '["lost", plan.lost?.volume],',
      '["lost", plan.run === "" ? plan.lost?.volume : undefined],',
    ]],
  },
  {
    name: "A configuration that named the new image before is never put back",
    file: "lib/upgrade/step/switch.ts",
    edits: [[
      'const stays = plan.switch.kind === "none" &&',
      'const stays = plan.run === "" &&',
    ]],
  },
  {
    name: "What changes the configuration looks for the image of the data",
    file: "lib/upgrade/switch/choose.ts",
    edits: [[
      "apply: (context) => switcher.apply(configured(context))",
      "apply: (context) => switcher.apply(context)",
    ]],
  },
  {
    name: "A job that has failed counts as a verdict on the data",
    file: "lib/upgrade/step/ask.ts",
    edits: [[
      "if (said.refused !== true) throw cause;",
      "if (said.refused === false) throw cause;",
    ]],
  },
  {
    name: "An answer is taken before its server's job is cleared",
    file: "lib/upgrade/step/ask.ts",
    edits: [[
      `    return left
      ? running(`,
      `    return names.backup === ""
      ? running(`,
    ]],
  },
  {
    name: "The new cluster is initialised before the old one has told how",
    file: "lib/upgrade/service/answers.ts",
    edits: [[
      `  if (said === undefined) return plan;
`,
      `  if (said !== "") return plan;
`,
    ]],
  },
];
