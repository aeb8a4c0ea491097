import type { Container } from "../port/containers.ts";
import type { Ports } from "../port/ports.ts";

/** What PostgreSQL, initdb and the images' entrypoints call an error. */
const ERROR =
  /\b(FATAL|PANIC): |^(Error|initdb: error): |^mkdir: |not permitted/;
/** Whoever could not log in, or only asked, has stopped no server. */
const ASIDE =
  /FATAL: +(role|database|user) ".*" (does not exist|is not permitted)|authentication failed|FATAL: +(no pg_hba|password|the database system|sorry, too many|remaining connection|terminating connection|connection|unsupported frontend|invalid startup|canceling)|^Error: no (such )?container/;
/** What ends a start. */
const ENDS =
  /PANIC: |incompatible with server|FATAL: +(could not|data directory|lock file|configuration file|pre-existing|bogus|required)|^Error: in \d+\+|^initdb: error/;
const LINES = 200;
const COLUMNS_MAX = 240;

/** Where the line is that says most; -1 where none tells of an error. */
function errorIn(lines: readonly string[]): number {
  const isError = (line: string) => ERROR.test(line) && !ASIDE.test(line);
  const end = lines.findLastIndex((line) => isError(line) && ENDS.test(line));
  return end >= 0 ? end : lines.findLastIndex(isError);
}

/** The last line of its log that tells of an error, with its detail; or "". */
export async function lastErrorOf(
  { container, unit }: {
    readonly container: Pick<Container, "id"> | undefined;
    readonly unit: string;
  },
  { ports, runtime }: {
    readonly ports: Pick<Ports, "host">;
    readonly runtime: "podman" | "docker";
  },
): Promise<string> {
  const command = container !== undefined
    ? [runtime, "logs", "--tail", `${LINES}`, container.id]
    : ["journalctl", "-qu", unit, "-n", `${LINES}`, "-o", "cat", "--no-pager"];
  const { stderr, stdout } = await ports.host.run(command);
  const lines = [...stdout.split("\n"), ...stderr.split("\n")];
  const at = errorIn(lines);
  if (at < 0) return "";
  const detail = /\bDETAIL: \s*(.*)$/.exec(lines[at + 1] ?? "")?.[1];
  const said = (lines[at] ?? "").replace(/^.*?(?=\b(FATAL|PANIC): )/, "")
    .replace(/\s+/g, " ").trim();
  return [said, ...detail === undefined ? [] : [detail]].join(": ")
    .slice(0, COLUMNS_MAX);
}
