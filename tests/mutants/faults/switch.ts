import type { Mutant } from "../mutant.ts";

/** Faults in the switch, the start, and in what is put back. */
export const SWITCH: readonly Mutant[] = [
  {
    name: "The loss is measured before the stop",
    file: "lib/upgrade/step/switch.ts",
    edits: [[
      `      await closeUnit(context);
      await requireLossConfirmed(context);
`,
      `      await requireLossConfirmed(context);
      await closeUnit(context);
`,
    ]],
  },
  {
    name: "The configuration is believed to be switched",
    file: "lib/upgrade/step/switch.ts",
    edits: [[
      '  switch (stays && found.version === "to" ? "from" : found.version) {',
      '  switch (state.direction === "up" ? "to" : found.version) {',
    ]],
  },
  {
    name: "A rebuild starts beside a server by hand",
    file: "lib/upgrade/step/switch.ts",
    edits: [[
      `      if (
        strangers !== undefined &&
        (await isQuiet`,
      `      if (
        strangers === "" &&
        (await isQuiet`,
    ]],
  },
  {
    name: "Nobody has systemd load that the unit is let go",
    file: "lib/upgrade/step/switch.ts",
    edits: [[
      `later: switches && switcher.loads === true`,
      `later: true`,
    ]],
  },
  {
    name: "The unit file is not put back",
    file: "lib/upgrade/switch/unit.ts",
    edits: [[
      `    await files.writeText(file, kept);
`,
      "",
    ]],
  },
  {
    name: "A pruned image is not fetched again",
    file: "lib/upgrade/step/prepare.ts",
    edits: [[
      `      await fetchPruned(image, ports);
`,
      "",
    ]],
  },
  {
    name: "The run is closed before its traces are removed",
    file: "lib/cli/session/close_run.ts",
    edits: [[
      `  for (
    const path of [
      names.jobs,`,
      `  archive(run);
  for (
    const path of [
      names.jobs,`,
    ], [
      `resume comes back to all this.
  archive(run);
`,
      `resume comes back to all this.
`,
    ]],
  },
  {
    name: "Status calls the old data all, where the new ones are missing",
    file: "lib/report/status.ts",
    edits: [[
      `    isBegun(state, "swap") &&
`,
      `    plan.run === "" && isBegun(state, "swap") &&
`,
    ]],
  },
  {
    name: "A Quadlet's file is changed that another one reads, too",
    file: "lib/configuration/find.ts",
    edits: [[
      "  if (other === undefined) return editPlan;",
      "  if (other?.file !== unit) return editPlan;",
    ]],
  },
  {
    name: "A Quadlet's drop-ins count by their folders, not their names",
    file: "lib/configuration/quadlet_files.ts",
    edits: [[
      "[...found].toSorted(([a], [b]) => a < b ? -1 : 1)",
      "[...found]",
    ]],
  },
  {
    name: "On aarch64 a directory is opened by x86-64's numbers",
    file: "lib/adapter/open_flags.ts",
    edits: [[
      "aarch64: { DIRECTORY: 0o40000, NOFOLLOW: 0o100000 }",
      "aarch64: { DIRECTORY: 0o200000, NOFOLLOW: 0o400000 }",
    ]],
  },
];
