import type { Mutant } from "../mutant.ts";

/** Faults in the close, the placeholder and the start block. */
export const CLOSE: readonly Mutant[] = [
  {
    name: "No placeholder is put in the volume's place",
    file: "lib/upgrade/step/close.ts",
    edits: [[
      `      await ports.files.exchange(names.volume, names.backup);
`,
      `      await ports.files.remove(names.backup);
      await ports.files.rename(names.volume, names.backup);
`,
    ]],
  },
  {
    name: "Two renames instead of one exchange",
    file: "lib/upgrade/step/close.ts",
    edits: [[
      `      await ports.files.exchange(names.volume, names.backup);
`,
      `      await ports.files.rename(names.backup, names.placeholder);
      await ports.files.rename(names.volume, names.backup);
      await ports.files.rename(names.placeholder, names.volume);
`,
    ]],
  },
  {
    name: "The placeholder has no sentence",
    file: "lib/upgrade/service/placeholder.ts",
    edits: [[
      `  return [...new Set([...places, ...found ? [found.cluster] : []])]
    .map((place) => join(place, "PG_VERSION"));`,
      '  return plan.run === "" ? [""] : [];',
    ]],
  },
  {
    name: "The volume is put aside under a running server",
    file: "lib/upgrade/step/close.ts",
    edits: [[
      `      await requireNobody(context, names.volume);
      // Nothing is changed before its own version could be asked.`,
      "      // Nothing is changed before its own version could be asked.",
    ]],
  },
  {
    name: "A killed server's data are put aside as they are",
    file: "lib/upgrade/step/close.ts",
    edits: [[
      `  if (before?.control?.state === "shut down") {
    // An earlier`,
      `  if (before !== undefined) {
    // An earlier`,
    ]],
  },
  {
    name: "The placeholder is left behind",
    file: "lib/upgrade/step/close.ts",
    edits: [[
      `      await files.remove(names.placeholder);
`,
      "",
    ]],
  },
  {
    name: "The unit is stopped before it is blocked",
    file: "lib/upgrade/service/service.ts",
    edits: [[
      `  if (!(await supervisor.look()).blocked) await supervisor.blockStart();
`,
      `  await supervisor.stop();
  if (!(await supervisor.look()).blocked) await supervisor.blockStart();
`,
    ], [
      `  await supervisor.stop();
  // By the clock`,
      `  // By the clock`,
    ]],
  },
  {
    name: "The start block brings no patience for the stop",
    file: "lib/upgrade/service/supervisor.ts",
    edits: [[
      `      service: stopLines(plan),
`,
      `      service: [],
`,
    ]],
  },
  {
    name: "Who is at work on a directory is never seen",
    file: "lib/upgrade/service/in_use.ts",
    edits: [[
      "  return users.filter((user) => !own.has(user.container)",
      "  return users.filter((user) => own.size < 0 && !own.has(user.container)",
    ]],
  },
  {
    name: "Nothing keeps a named volume from a prune",
    file: "lib/upgrade/step/prepare.ts",
    edits: [[
      "  return !await containers.isVolumePinned(pin) &&",
      '  return pin.name === "" && !await containers.isVolumePinned(pin) &&',
    ]],
  },
];
