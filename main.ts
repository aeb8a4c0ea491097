import { realPorts } from "./lib/adapter/adapters.ts";
import { logCommands } from "./lib/adapter/command_log.ts";
import { heldPlaces } from "./lib/adapter/held_places.ts";
import { isOfTheHost } from "./lib/adapter/host_error.ts";
import { Machine } from "./lib/adapter/machine.ts";
import { findProgram } from "./lib/adapter/programs.ts";
import { Terminal } from "./lib/adapter/terminal/terminal.ts";
import { type Args, choose, readArgs, withPaths } from "./lib/cli/args.ts";
import type { CommandName } from "./lib/cli/options.ts";
import type { App, Command } from "./lib/cli/command/command.ts";
import { ansible } from "./lib/cli/command/ansible.ts";
import { bundle } from "./lib/cli/command/bundle.ts";
import { commit } from "./lib/cli/command/commit.ts";
import { completions } from "./lib/cli/command/completions.ts";
import { help } from "./lib/cli/command/help.ts";
import { plan } from "./lib/cli/command/plan.ts";
import { rehearse } from "./lib/cli/command/rehearse.ts";
import { report } from "./lib/cli/command/report.ts";
import { resume } from "./lib/cli/command/resume.ts";
import { retireOverrides } from "./lib/cli/command/retire_overrides.ts";
import { rollback } from "./lib/cli/command/rollback.ts";
import { status } from "./lib/cli/command/status.ts";
import { upgrade } from "./lib/cli/command/upgrade.ts";
import { version } from "./lib/cli/command/version.ts";
import { findRuntime } from "./lib/cli/session/find_runtime.ts";
import { useNames } from "./journal/directory.ts";
import { JournalWriteError } from "./journal/journal.ts";
import { EXIT, SIGNAL_EXITS } from "./lib/base/exit_code.ts";
import { Failure } from "./lib/base/failure.ts";
import { StoppedError } from "./lib/job/control.ts";
import type { Operator } from "./lib/port/operator.ts";
import { NoSystemdError, PortError } from "./lib/port/ports.ts";
import { quoted } from "./lib/base/shell.ts";
import { safe } from "./lib/base/format.ts";
import config from "./deno.json" with { type: "json" };

const VERBS: Readonly<Record<CommandName, Command>> = {
  plan,
  rehearse,
  upgrade,
  resume,
  status,
  rollback,
  commit,
  report,
  bundle,
  "retire-overrides": retireOverrides,
  ansible,
  completions,
  help,
  version,
};

/** These need no host: they work for anybody, anywhere. */
const HARMLESS: readonly CommandName[] = [
  "completions",
  "help",
  "version",
  "retire-overrides",
  "ansible",
];

const terminal = new Terminal();
useNames(heldPlaces);

const operator: Operator = {
  print: (text) => terminal.print(text),
  present: Deno.stdin.isTerminal(),
  ask(question) {
    terminal.draw([]);
    return Promise.resolve(prompt(question) ?? undefined);
  },
};

/** The container that was named, as it follows a command; for what is printed. */
let named = "";

async function main(machine: Machine, words: string[]): Promise<number> {
  const args = withPaths(readArgs(words), workingDirectory());
  if (args.operand !== undefined) named = ` ${quoted(args.operand)}`;
  if (args.options["no-color"]) terminal.withoutColours();
  if (args.options.help) return await help(appFor(args, machine, words));
  if (!HARMLESS.includes(args.command) && Deno.uid() !== 0) {
    throw new Failure("not-root", {
      uid: String(Deno.uid()),
      command: ["pgladder", ...words].map(quoted).join(" "),
    });
  }
  const app = appFor(args, machine, words);
  return await VERBS[args.command](
    HARMLESS.includes(args.command) ? app : await inItsRuntime(app, machine),
  );
}

const RUNTIMES = ["podman", "docker"] as const;
type RuntimeName = typeof RUNTIMES[number];

/** The one that was asked for, or the one that has the run or the container. */
async function inItsRuntime(app: App, machine: Machine): Promise<App> {
  const { command, options } = app.args;
  const here = RUNTIMES.filter((name) => findProgram(name) !== undefined);
  const asked = options.runtime === undefined
    ? undefined
    : choose("runtime", options.runtime, RUNTIMES, "podman");
  const found = asked ?? await findRuntime(
    app.args,
    app.words,
    here.map((name) => ({ name, ports: realPorts(machine, name) })),
    app.directory,
  ) ?? here[0];
  // What only reads works where no runtime does.
  const reads = ["status", "report", "bundle"].includes(command);
  if (!reads && (found === undefined || !here.includes(found))) {
    throw new Failure("runtime-missing", {
      runtime: found ?? "podman or docker",
    });
  }
  const inRuntime = (runtime: RuntimeName): App => ({
    ...app,
    ports: realPorts(machine, runtime),
    runtime,
    program: findProgram(runtime) ?? `/usr/bin/${runtime}`,
    inRuntime,
  });
  return inRuntime(found ?? "podman");
}

function appFor(args: Args, machine: Machine, words: string[]): App {
  const runtime = "podman";
  return {
    args,
    ports: realPorts(machine, runtime),
    logCommands,
    operator,
    screen: terminal,
    clock: machine,
    tool: config.version,
    hostname: Deno.hostname(),
    ...loginOf(),
    words,
    runtime,
    program: `/usr/bin/${runtime}`,
    directory: workingDirectory() ?? "/",
    trustParents: args.options["trust-parents"] !== undefined,
    processors: navigator.hardwareConcurrency,
    columns: columns(),
    self: selfWords(),
  };
}

/** Undefined where somebody has removed it. */
function workingDirectory(): string | undefined {
  try {
    return Deno.cwd();
  } catch (error) {
    if (isOfTheHost(error)) return undefined;
    throw error;
  }
}

/** Of the terminal, within what is good to read; of a file, as usual. */
function columns(): number {
  if (!Deno.stdout.isTerminal()) return 80;
  return Math.min(120, Math.max(60, terminal.size.columns));
}

/** Who became root, as sudo says it. */
function loginOf() {
  const login = Deno.env.get("SUDO_USER") ?? "";
  return login === "" ? {} : { login };
}

/** The one file, or Deno with the sources. */
function selfWords(): readonly string[] {
  const file = Deno.env.get("PGLADDER_SELF");
  return file === undefined
    ? [Deno.execPath(), "run", "-A", Deno.mainModule]
    : [file];
}

/** Where an error arose, and what it arose from, for whoever reads the source. */
function tellStack(machine: Machine, error: unknown): void {
  for (let it = error; it instanceof Error; it = it.cause) {
    machine.say(safe(it.stack ?? it.message));
  }
}

/** Says what went wrong, and what to do; the exit code says it to scripts. */
function explain(machine: Machine, error: unknown): number {
  if (error instanceof Failure) {
    machine.say(`pgladder: ${safe(error.message)}`);
    machine.say(`  → ${safe(error.hint)}`);
    return error.exit;
  }
  if (error instanceof StoppedError) {
    machine.say(
      `pgladder: ${error.message}; the journal is sound, jobs go on`,
    );
    machine.say(`  → Go on with "pgladder resume${named}"`);
    return SIGNAL_EXITS[error.signal] ?? EXIT.midway;
  }
  if (error instanceof JournalWriteError) {
    return explain(
      machine,
      new Failure(
        "journal-write",
        { reason: error.message, named },
        { cause: error },
      ),
    );
  }
  if (error instanceof NoSystemdError) {
    return explain(machine, new Failure("no-systemd", {}, { cause: error }));
  }
  // Node's own complaints about arguments have a code as well.
  const ofTheHost = isOfTheHost(error) && !(error instanceof TypeError);
  if (error instanceof PortError || ofTheHost) {
    const { message } = error;
    return explain(
      machine,
      new Failure("host", { reason: message }, { cause: error }),
    );
  }
  const text = error instanceof Error ? error.stack ?? error.message : error;
  machine.say(`pgladder: a bug: ${safe(String(text))}`);
  machine.say(
    `  → "pgladder status${named}" says where a run stands. Report this with what "pgladder bundle${named}" packs`,
  );
  return EXIT.bug;
}

if (import.meta.main) {
  const machine = new Machine(terminal);
  machine.listen((code) => {
    terminal.leave();
    Deno.exit(code);
  });
  let code: number;
  try {
    code = await main(machine, Deno.args);
  } catch (error) {
    terminal.leave();
    if (Deno.args.includes("--debug")) tellStack(machine, error);
    code = explain(machine, error);
  }
  terminal.leave();
  Deno.exit(code);
}
