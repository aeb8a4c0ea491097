import type { Mutant } from "../mutant.ts";

/** Faults in which order of text is believed to be there. */
export const REINDEX: readonly Mutant[] = [
  {
    name: "The way back leaves the new order to the old image",
    file: "lib/upgrade/service/order.ts",
    edits: [[
      "sorting !== undefined && from.id !== to.id",
      "sorting === undefined && from.id !== to.id",
    ]],
  },
  {
    name: "What a server has done to rebuilt indexes is not seen",
    file: "lib/upgrade/step/reindex.ts",
    edits: [[
      "    if (control?.sha256 === status.evidence.control) {",
      "    if (control !== undefined) {",
    ]],
  },
  {
    name: "A way back whose server ran on is taken for one",
    file: "lib/upgrade/service/order.ts",
    edits: [[
      `control !== undefined &&
    result.control_sha256 === control.sha256`,
      "control !== undefined",
    ]],
  },
  {
    name: "A rebuild begins beside the service",
    file: "lib/upgrade/step/reindex.ts",
    edits: [[
      `  await closeUnit(context);
  await requireNobody(context, context.names.volume);
`,
      "",
    ]],
  },
  {
    name: "A rebuild that died is done",
    file: "lib/upgrade/step/reindex.ts",
    edits: [[
      '  if (now.state === "dead") return partial(now.why);',
      '  if (now.state === "dead") return complete(now.why);',
    ]],
  },
];
