import { JournalWriteError } from "../../../../journal/journal.ts";
import { isOfTheHost } from "../../../../lib/adapter/host_error.ts";
import { readArgs } from "../../../../lib/cli/args.ts";
import type { App, Command } from "../../../../lib/cli/command/command.ts";
import { commit } from "../../../../lib/cli/command/commit.ts";
import { resume } from "../../../../lib/cli/command/resume.ts";
import { rollback } from "../../../../lib/cli/command/rollback.ts";
import { status } from "../../../../lib/cli/command/status.ts";
import { upgrade } from "../../../../lib/cli/command/upgrade.ts";
import { EXIT } from "../../../../lib/base/exit_code.ts";
import { Failure } from "../../../../lib/base/failure.ts";
import { StoppedError } from "../../../../lib/job/control.ts";
import { PortError } from "../../../../lib/port/ports.ts";
import { closeAll } from "../tap.ts";
import type { Host } from "./host.ts";
import { CONTAINER, VOLUME } from "./places.ts";

const VERBS: Readonly<Record<string, Command>> = {
  upgrade,
  resume,
  rollback,
  commit,
  status,
};

export interface Ending {
  readonly code: number;
  readonly words: string;
  readonly printed: string;
}

const PLACE = ["--volume", VOLUME];

/** What a person types, by verb. */
export const wordsFor = (host: Host) => ({
  upgrade: [
    ...["upgrade", CONTAINER, "--to", String(host.state.to), "--yes"],
    ...["--switch", "unit"],
    ...host.state.method === undefined ? [] : ["--method", host.state.method],
  ],
  resume: ["resume", CONTAINER, ...PLACE, "--confirm", CONTAINER],
  rollback: [
    ...["rollback", CONTAINER, ...PLACE, "--yes", "--confirm", CONTAINER],
  ],
  commit: ["commit", CONTAINER, ...PLACE, "--confirm", CONTAINER],
  status: ["status", CONTAINER, ...PLACE, "--json"],
});

export type Verb = keyof ReturnType<typeof wordsFor>;

/** One life of the process, from its arguments to its exit code. */
export async function live(host: Host, verb: Verb): Promise<Ending> {
  const words = wordsFor(host)[verb];
  host.state.consent = verb === "rollback" || verb === "resume";
  let printed = "";
  try {
    const app: App = {
      args: readArgs(words),
      ports: host.ports,
      operator: {
        print: (text) => printed += text,
        present: false,
        ask: () => Promise.resolve(undefined),
      },
      clock: host,
      tool: "0.0.0",
      hostname: "host",
      words,
      runtime: "podman",
      program: "/usr/bin/podman",
      directory: "/",
      processors: 2,
      columns: 80,
      self: ["pgladder"],
    };
    const code = await (VERBS[verb] ?? status)(app);
    return { code, words: "", printed };
  } catch (error) {
    return { ...explain(error), printed };
  } finally {
    // The kernel does so when a process ends, and with it goes the lock.
    closeAll();
  }
}

/** As main.ts has it. */
function explain(error: unknown): { code: number; words: string } {
  if (error instanceof Failure) {
    return { code: error.exit, words: `${error.message} → ${error.hint}` };
  }
  if (error instanceof StoppedError) return { code: 143, words: error.message };
  if (error instanceof JournalWriteError) {
    return { code: EXIT.midway, words: error.message };
  }
  if (
    error instanceof PortError ||
    isOfTheHost(error) && !(error instanceof TypeError)
  ) return { code: EXIT.failed, words: error.message };
  const words = error instanceof Error
    ? error.stack ?? error.message
    : String(error);
  return { code: EXIT.bug, words };
}
