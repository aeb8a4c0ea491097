/** The method that a real host is upgraded by: PGLADDER_METHOD, else a dump. */
const METHOD = Deno.env.get("PGLADDER_METHOD") ?? "dump";

export const UPGRADE: readonly string[] = [
  ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  ...["--method", METHOD],
];

export const STEPS: readonly string[] = [
  "prepare",
  "stop-writers",
  "close",
  ...(METHOD === "dump" ? ["dump"] : []),
  "build",
  "swap",
  "switch",
  "start",
  "start-writers",
];
