import { JournalWriteError } from "../../journal/journal.ts";
import { readArgs } from "../../lib/cli/args.ts";
import type { App, Command } from "../../lib/cli/command/command.ts";
import { commit } from "../../lib/cli/command/commit.ts";
import { rehearse } from "../../lib/cli/command/rehearse.ts";
import { resume } from "../../lib/cli/command/resume.ts";
import { rollback } from "../../lib/cli/command/rollback.ts";
import { status } from "../../lib/cli/command/status.ts";
import { upgrade } from "../../lib/cli/command/upgrade.ts";
import { EXIT } from "../../lib/base/exit_code.ts";
import { Failure } from "../../lib/base/failure.ts";
import { StoppedError } from "../../lib/job/control.ts";
import { isOfTheHost } from "../../lib/adapter/host_error.ts";
import { PortError, type Ports } from "../../lib/port/ports.ts";
import { clockOf, fakePorts } from "../fake/ports.ts";
import { useWorld } from "../fake/syscalls.ts";
import { Crash } from "../fake/trouble.ts";
import type { World } from "../fake/world.ts";

/** One life of the process, from its arguments to its exit code. */
export interface Ending {
  /** Undefined: it died. */
  readonly code: number | undefined;
  readonly words: string;
  readonly printed: string;
}

const VERBS: Readonly<Record<string, Command>> = {
  rehearse,
  upgrade,
  resume,
  rollback,
  commit,
  status,
};

const PORTS = new WeakMap<World, Ports>();

function portsOf(world: World): Ports {
  let ports = PORTS.get(world);
  if (ports === undefined) {
    ports = fakePorts(world);
    PORTS.set(world, ports);
  }
  return ports;
}

/** As main.ts runs a verb, but on a host in memory. */
export async function live(
  world: World,
  words: readonly string[],
  answer?: string,
): Promise<Ending> {
  useWorld(world);
  world.begin();
  world.trace?.push(`--- pgladder ${words.join(" ")}`);
  let printed = "";
  let ending: Ending;
  try {
    const app: App = {
      args: readArgs(words),
      ports: portsOf(world),
      operator: {
        print: (text) => printed += text,
        present: answer !== undefined,
        ask: () => Promise.resolve(answer),
      },
      clock: { now: () => clockOf(world) },
      tool: "0.0.0",
      hostname: "host",
      words,
      runtime: "podman",
      program: "/usr/bin/podman",
      directory: "/root",
      processors: 2,
      columns: 80,
      self: ["pgladder"],
    };
    const verb = VERBS[words[0] ?? ""] ?? status;
    const code = await verb(app);
    ending = { code, words: "", printed };
  } catch (error) {
    ending = explain(error, printed);
  }
  // Whatever it threw last: a dead process has said nothing.
  if (world.dead) ending = { code: undefined, words: "", printed: "" };
  world.end();
  world.trace?.push(
    `--- ${ending.code ?? "died"} ${ending.words.split("\n")[0]}`,
  );
  return ending;
}

function explain(error: unknown, printed: string): Ending {
  if (error instanceof Crash) return { code: undefined, words: "", printed };
  if (error instanceof Failure) {
    return {
      code: error.exit,
      words: `${error.message} → ${error.hint}`,
      printed,
    };
  }
  if (error instanceof StoppedError) {
    return { code: 143, words: error.message, printed };
  }
  if (error instanceof JournalWriteError) {
    return { code: EXIT.midway, words: error.message, printed };
  }
  if (error instanceof PortError || isOfTheHost(error)) {
    const failure = new Failure("host", { reason: error.message });
    return { code: failure.exit, words: failure.message, printed };
  }
  const words = error instanceof Error
    ? error.stack ?? error.message
    : String(error);
  return { code: EXIT.bug, words, printed };
}
