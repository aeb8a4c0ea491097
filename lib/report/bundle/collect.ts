import { join } from "@std/path";
import type { RunContext } from "../../run/context.ts";
import { PortError, type Ports } from "../../port/ports.ts";
import { redact, redactJson, secretsOf } from "../../base/redact.ts";
import { ownWordsOf } from "../own_words.ts";
import type { TarFile } from "./tar.ts";

/**
 * What goes into a bug report. The files of jobs are named one by one: what
 * else lies there, such as the dump, fingerprints and configuration, never
 * leaves the host.
 */
const JOB_FILES =
  /^(\w+\.(log|progress|result\.json)|differences\.json|compared\.json)$/;

/** Of a long log the end counts. In bytes. */
const LOG_MAX = 2_000_000;

const README = `What "pgladder bundle" has put together for a bug report.

  journal.json   the run: its plan, and what happened
  status.json    what "pgladder status --json" says now
  report.md      the same for a person
  host.json      this program, the host, the container without its environment
  unit.txt       the container's unit as systemd has it
  job/           logs, progress and results of the run's jobs

Passwords, their hashes, tokens, keys, the values of the container's variables,
what a server said of rows, and what your own programs were given were replaced
by [removed]. No rows, no dump and no configuration of
the server are in it. Names of hosts, databases and tables are: look through it
before you hand it on.
`;

/** What the caller knows already. */
export interface Known {
  /** Path of the journal. */
  readonly journal: string;
  readonly status: string;
  readonly report: string;
  readonly tool: string;
}

export async function collect(
  run: RunContext,
  known: Known,
): Promise<TarFile[]> {
  const { plan, ports } = run;
  const container = await orNothing(() =>
    ports.containers.inspect(plan.container)
  );
  const secrets = [
    ...secretsOf(container?.env ?? {}),
    ...ownWordsOf(plan),
  ];
  const host = {
    pgladder: known.tool,
    container: container === undefined ? "not there" : {
      ...container,
      env: Object.keys(container.env),
      command: container.command.map((word) => redact(word, secrets)),
    },
    kernel: await said(ports, ["uname", "-srmo"]),
    system: await ports.files.readText("/etc/os-release") ?? "",
    runtime: await said(ports, [plan.program, "--version"]),
    systemd: await said(ports, ["systemctl", "--version"]),
  };
  const files = [
    {
      name: "journal.json",
      text: await ports.files.readText(known.journal) ?? "",
    },
    { name: "status.json", text: `${known.status}\n` },
    { name: "report.md", text: `${known.report}\n` },
    { name: "host.json", text: `${JSON.stringify(host, null, 2)}\n` },
    {
      name: "unit.txt",
      text: await said(ports, ["systemctl", "cat", "--", plan.unit]),
    },
    ...await jobFiles(run),
  ];
  return [
    { name: "README.txt", text: README },
    ...files.map((file) => ({
      name: file.name,
      text: file.name.endsWith(".json")
        ? redactJson(file.text, secrets)
        : redact(file.text, secrets),
    })),
  ].map(({ name, text }) => ({ name: `pgladder-${plan.run}/${name}`, text }));
}

async function jobFiles(
  { names: { jobs }, ports: { files } }: RunContext,
): Promise<TarFile[]> {
  const found: TarFile[] = [];
  for (const job of await files.list(jobs) ?? []) {
    if (!/^[a-z-]+-\d+$/.test(job)) continue;
    for (const name of await files.list(join(jobs, job)) ?? []) {
      if (!JOB_FILES.test(name)) continue;
      const path = join(jobs, job, name);
      const reading = { most: LOG_MAX, end: true };
      const text = await files.readText(path, reading) ?? "";
      const left = ((await files.look(path))?.bytes ?? 0) - LOG_MAX;
      found.push({
        name: `job/${job}/${name}`,
        text: left > 0
          ? `[its first ${left} bytes are left out]\n${text}`
          : text,
      });
    }
  }
  return found;
}

/** A bug report is wanted most where things do not work. */
async function orNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PortError) return undefined;
    throw error;
  }
}

async function said({ host }: Ports, command: readonly string[]) {
  const output = await orNothing(() => host.run(command));
  return output === undefined
    ? "cannot be asked"
    : `${output.stdout}${output.stderr}`;
}
