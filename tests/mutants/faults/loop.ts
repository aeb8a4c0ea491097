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
        return await this.#recordDone(step, sighting);
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
    name: "What stands on a lapsed step stays",
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
      `        if (sighting.seen === "foreign") refuse(step, sighting);
`,
      "",
    ]],
  },
  {
    name: "A mend is believed without a look",
    file: "lib/upgrade/loop.ts",
    edits: [[
      'if (after.seen !== "whole") {',
      'if (after.seen === "foreign") {',
    ]],
  },
  {
    name: "A begun step takes what is foreign for its own",
    file: "lib/upgrade/decisions.ts",
    edits: [[
      `  running: "finish",
  foreign: "refuse",`,
      `  running: "finish",
  foreign: "record-done",`,
    ]],
  },
  {
    name: "Half of a step counts as all",
    file: "lib/upgrade/decisions.ts",
    edits: [[
      `  half: "apply",
  whole: "record-done",`,
      `  half: "record-done",
  whole: "record-done",`,
    ]],
  },
  {
    name: "What is partly gone is not mended",
    file: "lib/upgrade/decisions.ts",
    edits: [['half: "mend",', 'half: "keep",']],
  },
  {
    name: "What no longer holds is kept",
    file: "lib/upgrade/decisions.ts",
    edits: [['absent: "lapse",', 'absent: "keep",']],
  },
  {
    name: "A lapsed step is not undone",
    file: "lib/upgrade/decisions.ts",
    edits: [['{ ...TO_UNDO, absent: "undo" }', "TO_UNDO"]],
  },
  {
    name: "Done steps are never looked at again",
    file: "lib/upgrade/loop.ts",
    edits: [[
      `    return hand !== undefined && this.#tried.has(hand.step.id);`,
      `    return hand !== undefined;`,
    ]],
  },
];
