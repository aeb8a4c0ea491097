import type { Container } from "../../port/containers.ts";
import type { Around } from "./diagnosis.ts";

/** What PostgreSQL, initdb and the images' entrypoints call an error. */
const ERROR =
  /\b(FATAL|PANIC): |^(Error|initdb: error): |^mkdir: |not permitted/;
const LINES = 200;
const COLUMNS_MAX = 240;

/** The last line of its log that tells of an error, with its detail; or "". */
export async function lastErrorOf(
  { container, unit }: {
    readonly container: Container | undefined;
    readonly unit: string;
  },
  { ports, runtime }: Around,
): Promise<string> {
  const command = container !== undefined
    ? [runtime, "logs", "--tail", `${LINES}`, container.id]
    : ["journalctl", "-qu", unit, "-n", `${LINES}`, "-o", "cat", "--no-pager"];
  const { stderr, stdout } = await ports.host.run(command);
  const lines = [...stdout.split("\n"), ...stderr.split("\n")];
  const at = lines.findLastIndex((line) => ERROR.test(line));
  if (at < 0) return "";
  const detail = /\bDETAIL: \s*(.*)$/.exec(lines[at + 1] ?? "")?.[1];
  const said = (lines[at] ?? "").replace(/^.*?(?=\b(FATAL|PANIC): )/, "")
    .replace(/\s+/g, " ").trim();
  return [said, ...detail === undefined ? [] : [detail]].join(": ")
    .slice(0, COLUMNS_MAX);
}
