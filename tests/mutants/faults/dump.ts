import type { Mutant } from "../mutant.ts";

/** Faults in the dump, and in every job. */
export const DUMP: readonly Mutant[] = [
  {
    name: "A stale dump is restored",
    file: "lib/upgrade/step/dump.ts",
    edits: [[
      `  const { attempt, configuration, control } = state.steps.dump.evidence;
`,
      `  if (names.dump !== "") return complete("the dump is complete");
  const { attempt, configuration, control } = state.steps.dump.evidence;
`,
    ]],
  },
  {
    name: "A change under the dump goes unseen",
    file: "lib/upgrade/step/dump.ts",
    edits: [[
      "if (source === undefined || !isSameSource(source, fingerprint)) {",
      "if (source === undefined) {",
    ]],
  },
  {
    name: "A job's end is taken for its success",
    file: "lib/job/control.ts",
    edits: [[
      `        state: "dead",
        why: \`its container`,
      `        state: "ended",
        results,
        why: \`its container`,
    ]],
  },
  {
    name: "A job that says it failed is believed to be done",
    file: "lib/job/control.ts",
    edits: [[
      "results.get(script)?.ok === false",
      'results.get(script)?.run === ""',
    ]],
  },
  {
    name: "Any attempt's result counts",
    file: "lib/job/control.ts",
    edits: [[
      ` && String(result.attempt) === String(job.attempt)
`,
      `
`,
    ]],
  },
  {
    name: "Orphans of an earlier attempt are left at work",
    file: "lib/job/control.ts",
    edits: [[
      `  await removeContainers(context, step);
  for (`,
      `  for (`,
    ]],
  },
];
