import type { Mutant } from "../mutant.ts";

/** Faults in the switch, the start, and in what is put back. */
export const SWITCH: readonly Mutant[] = [
  {
    name: "The loss is measured before the stop",
    file: "lib/step/switch.ts",
    edits: [[
      `      await closeUnit(plan, context.ports);
      await requireLossConfirmed(plan, context);
`,
      `      await requireLossConfirmed(plan, context);
      await closeUnit(plan, context.ports);
`,
    ]],
  },
  {
    name: "The configuration is believed to be switched",
    file: "lib/step/switch.ts",
    edits: [[
      "  switch (found.version) {",
      '  switch (state.direction === "up" ? "to" : found.version) {',
    ]],
  },
  {
    name: "A rebuild starts beside a server by hand",
    file: "lib/step/switch.ts",
    edits: [[
      `      if (strangers !== undefined && !expected) throw new Error(strangers);
`,
      "",
    ]],
  },
  {
    name: "Where the new image wants its mount is not looked at",
    file: "lib/would_run.ts",
    edits: [[
      `  const fits = inner === wanted.inner &&
`,
      `  const fits = inner !== "" &&
`,
    ]],
  },
  {
    name: "The unit file is not put back",
    file: "lib/switch/unit.ts",
    edits: [[
      `    await files.writeText(file, kept);
`,
      "",
    ]],
  },
  {
    name: "Any cluster will do for the start",
    file: "lib/step/start.ts",
    edits: [["if (found !== built) {", "if (found === undefined) {"]],
  },
  {
    name: "Any image will do for the start",
    file: "lib/service.ts",
    edits: [[
      "if (container.imageId !== image.id) {",
      'if (container.imageId === "") {',
    ]],
  },
  {
    name: "A server that does not answer will do",
    file: "lib/service.ts",
    edits: [[
      `  return ready.code === 0
    ?`,
      `  return ready.code >= 0
    ?`,
    ]],
  },
  {
    name: "A pruned image is not fetched again",
    file: "lib/step/prepare.ts",
    edits: [[
      `      await fetchPruned(image, ports);
`,
      "",
    ]],
  },
  {
    name: "The way back starts the timers last",
    file: "lib/step/prepare.ts",
    edits: [[
      `  if (plan.timers.length > 0) await units.start(plan.timers);
  for (const { which } of imagesOf(plan)) {
    await containers.remove(names.holder(which));
    await containers.untag(names.tag(which));
  }`,
      `  for (const { which } of imagesOf(plan)) {
    await containers.remove(names.holder(which));
    await containers.untag(names.tag(which));
  }
  if (plan.timers.length > 0) await units.start(plan.timers);`,
    ]],
  },
  {
    name: "The run is closed before its traces are removed",
    file: "lib/command/close_run.ts",
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
    name: "Status names old data that are not there",
    file: "lib/status.ts",
    edits: [[
      `  const there = (await files.look(backup))?.inode === plan.volume.inode;
`,
      `  const there = await files.look(volume) !== undefined;
`,
    ]],
  },
];
