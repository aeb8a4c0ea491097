import type { Mutant } from "../mutant.ts";

/** Faults in the loop and its table. */
export const LOOP: readonly Mutant[] = [
  {
    name: "A step counts as done before anybody looks",
    file: "lib/upgrade/loop.ts",
    edits: [[
      `        return await this.#apply(step);
`,
      `        await this.#apply(step);
        return await this.#recordDone(step, observation);
`,
    ]],
  },
  {
    name: "What is done is not looked at again",
    file: "lib/upgrade/loop.ts",
    edits: [[
      `    const lapsed = lapsedStep(this.#state);
    for (const step of this.run.ladder) {`,
      `    const lapsed = lapsedStep(this.#state);
    for (const step of [] as Step[]) {`,
    ]],
  },
  {
    name: "Undone from the bottom",
    file: "lib/upgrade/loop.ts",
    edits: [[
      "const top = ladder.findLast((step) =>",
      "const top = ladder.find((step) =>",
    ]],
  },
  {
    name: "What stands on an invalidated step stays",
    file: "lib/upgrade/loop.ts",
    edits: [[
      "    if (lapsed !== undefined || undoing) return",
      "    if (undoing) return",
    ]],
  },
  {
    name: "What is foreign is gone over on the way back",
    file: "lib/upgrade/loop.ts",
    edits: [[
      `        if (observation.observed === "unexpected") refuse(step, observation);
`,
      "",
    ]],
  },
  {
    name: "A repair is believed without a look",
    file: "lib/upgrade/loop.ts",
    edits: [[
      'if (after.observed !== "complete") {',
      'if (after.observed === "unexpected") {',
    ]],
  },
  {
    name: "A begun step takes what is foreign for its own",
    file: "lib/upgrade/decisions.ts",
    edits: [[
      `  running: "finish",
  unexpected: "refuse",`,
      `  running: "finish",
  unexpected: "record-done",`,
    ]],
  },
  {
    name: "Half of a step counts as all",
    file: "lib/upgrade/decisions.ts",
    edits: [[
      `  partial: "apply",
  complete: "record-done",`,
      `  partial: "record-done",
  complete: "record-done",`,
    ]],
  },
  {
    name: "What is partly gone is not repaired",
    file: "lib/upgrade/decisions.ts",
    edits: [['partial: "repair",', 'partial: "keep",']],
  },
  {
    name: "What no longer holds is kept",
    file: "lib/upgrade/decisions.ts",
    edits: [['absent: "invalidate",', 'absent: "keep",']],
  },
  {
    name: "An invalidated step is not undone",
    file: "lib/upgrade/decisions.ts",
    edits: [['{ ...TO_UNDO, absent: "undo" }', "TO_UNDO"]],
  },
  {
    name: "Done steps are never looked at again",
    file: "lib/upgrade/loop.ts",
    edits: [[
      `    return next !== undefined && this.#tried.has(next.step.id);`,
      `    return next !== undefined;`,
    ]],
  },
];
