import type { Mutant } from "../mutant.ts";

/** Faults in the close, the plug and the hold. */
export const CLOSE: readonly Mutant[] = [
  {
    name: "No plug is put in the volume's place",
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
      `      await ports.files.rename(names.backup, names.plug);
      await ports.files.rename(names.volume, names.backup);
      await ports.files.rename(names.plug, names.volume);
`,
    ]],
  },
  {
    name: "The plug holds no sentence",
    file: "lib/upgrade/service/placeholder.ts",
    edits: [[
      `  return [...new Set(["", plan.from.cluster, plan.to.cluster])]
    .map((place) => join(place, "PG_VERSION"));`,
      '  return plan.run === "" ? [""] : [];',
    ]],
  },
  {
    name: "The volume is put aside under a running server",
    file: "lib/upgrade/step/close.ts",
    edits: [[
      `      await requireNobody(plan, ports, names.volume);
      await requireCleanStop`,
      "      await requireCleanStop",
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
    name: "The plug is left behind",
    file: "lib/upgrade/step/close.ts",
    edits: [[
      `      await files.remove(names.plug);
`,
      "",
    ]],
  },
  {
    name: "The unit is stopped before it is held",
    file: "lib/upgrade/service/service.ts",
    edits: [[
      `  if (!(await keeper.look()).held) await keeper.hold();
`,
      `  await keeper.stop();
  if (!(await keeper.look()).held) await keeper.hold();
`,
    ], [
      `  await keeper.stop();
  for (`,
      `  for (`,
    ]],
  },
  {
    name: "The hold brings no patience for the stop",
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
      `  return holders.filter((holder) =>
    !own.has(holder.container)`,
      `  return holders.filter((holder) =>
    own.size < 0 && !own.has(holder.container)`,
    ]],
  },
  {
    name: "Nothing keeps a named volume from a prune",
    file: "lib/upgrade/step/prepare.ts",
    edits: [[
      "  return !await containers.isVolumeKept(keeper) &&",
      '  return keeper.name === "" && !await containers.isVolumeKept(keeper) &&',
    ]],
  },
];
