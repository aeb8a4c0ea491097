import { parseArgs } from "@std/cli";
import { closestString } from "@std/text";
import { Failure } from "./failure.ts";

/** The command line: every word known, none taken twice. */

export const COMMANDS = {
  plan:
    "what would be done, with every check and every command; changes nothing",
  upgrade: "plan, confirm, and climb the ladder",
  resume: "go on where it stands, in the direction it was going",
  status: "where it stands, what is safe, what to type next",
  rollback: "undo, move by move, in reverse",
  commit: "the upgrade is good: remove the old data, close the journal",
  "retire-overrides":
    "a module's new default in a NixOS repository: the hosts' own lines go",
  help: "this page, or a topic: commands, exit-codes, checks, steps",
  version: "this program's version",
} as const;

export type CommandName = keyof typeof COMMANDS;

interface Option {
  readonly value?: string;
  readonly about: string;
  readonly commands: readonly CommandName[];
}

const ALL = Object.keys(COMMANDS) as readonly CommandName[];
const PLANNING: readonly CommandName[] = ["plan", "upgrade"];
/** Where a NixOS option is named. */
const NAMING: readonly CommandName[] = [...PLANNING, "retire-overrides"];
const MOVING: readonly CommandName[] = [
  "upgrade",
  "rollback",
  "retire-overrides",
];

export const OPTIONS = {
  to: { value: "TAG", about: "the tag to upgrade to", commands: NAMING },
  image: {
    value: "IMAGE",
    about: "the whole name of the image to upgrade to",
    commands: PLANNING,
  },
  unit: {
    value: "UNIT",
    about: "the systemd unit that runs the container",
    commands: PLANNING,
  },
  volume: {
    value: "PATH",
    about: "the directory on the host that holds the data",
    commands: ["plan", "upgrade", "resume", "status", "rollback", "commit"],
  },
  writers: {
    value: "UNIT,…",
    about: "more units to stop, beside those that depend on the database",
    commands: PLANNING,
  },
  method: {
    value: "dump|pg_upgrade",
    about:
      "how the data get into the new cluster (default dump; pg_upgrade is faster)",
    commands: PLANNING,
  },
  verify: {
    value: "schema|counts|checksums",
    about:
      "how closely old and new are compared (default counts; with pg_upgrade schema, sequences and sizes)",
    commands: PLANNING,
  },
  jobs: {
    value: "N",
    about: "processes at once in dump and restore (default: the processors)",
    commands: PLANNING,
  },
  "stop-timeout": {
    value: "SECONDS",
    about: "how long the old server may take to stop (default 600)",
    commands: PLANNING,
  },
  switch: {
    value: "manual|nixos|quadlet|compose|unit|command",
    about: "who changes the configuration (default manual)",
    commands: PLANNING,
  },
  "switch-command": {
    value: "CMD",
    about:
      "the program of --switch command; PGLADDER_DIRECTION says apply or undo",
    commands: PLANNING,
  },
  "nix-file": {
    value: "PATH",
    about:
      "--switch nixos: the file that sets the version for this host (default: found below /etc/nixos)",
    commands: PLANNING,
  },
  "nix-option": {
    value: "NAME",
    about:
      "--switch nixos: the option that holds the tag, such as nixfiles.pleroma.postgresTag",
    commands: NAMING,
  },
  "rebuild-command": {
    value: "CMD",
    about:
      "--switch nixos: what has the change take effect (default nixos-rebuild switch)",
    commands: PLANNING,
  },
  confirm: {
    value: "CONTAINER",
    about: "the container's name, before what cannot be undone",
    commands: ["resume", "rollback", "commit"],
  },
  runtime: {
    value: "podman|docker",
    about: "the container runtime, where both are there",
    commands: ["plan", "upgrade", "resume", "rollback", "commit", "status"],
  },
  follow: {
    about: "stay, and show what happens until nothing moves",
    commands: ["status"],
  },
  detach: {
    about: "go on in a unit of systemd, which a lost connection does not end",
    commands: ["upgrade", "resume", "rollback"],
  },
  yes: { about: "do not ask whether to begin", commands: MOVING },
  json: { about: "print JSON", commands: ALL },
  help: { about: "the help for this command", commands: ALL },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

export interface Args {
  readonly command: CommandName;
  /** What follows the command: a container, or a help topic. */
  readonly operand: string | undefined;
  readonly options: Readonly<Partial<Record<OptionName, string>>>;
}

/** @throws {Failure} "usage": the nearest right word is named */
export function readArgs(words: readonly string[]): Args {
  const names = Object.keys(OPTIONS) as OptionName[];
  const valued = names.filter((name) => "value" in OPTIONS[name]);
  const flags = names.filter((name) => !("value" in OPTIONS[name]));
  const unknown: string[] = [];
  const parsed = parseArgs(closeFlags(words, flags), {
    string: [...valued, "_"],
    boolean: flags,
    collect: names,
    unknown: (word: string) => {
      if (!word.startsWith("-")) return true;
      unknown.push(word);
      return false;
    },
  }) as Record<string, unknown> & { _: string[] };
  if (unknown[0] !== undefined) throw unknownOption(unknown[0], names);
  const [first, operand, ...rest] = parsed._;
  const command = commandOf(first);
  if (operand === "") throw usage("The container's name is empty", command);
  if (rest.length > 0) {
    throw usage(`Cannot take "${rest[0]}" after "${operand}"`, command);
  }
  return { command, operand, options: optionsOf(parsed, names, command) };
}

/**
 * The parser would take the "true" or "false" after a flag for its value, and
 * any value but "false" for a yes.
 *
 * @throws {Failure} "usage": a flag is given a value
 */
function closeFlags(
  words: readonly string[],
  flags: readonly OptionName[],
): string[] {
  const bare = flags.map((name) => `--${name}`);
  const end = words.indexOf("--");
  return words.map((word, index) => {
    if (end !== -1 && index >= end) return word;
    const valued = bare.find((flag) => word.startsWith(`${flag}=`));
    if (valued !== undefined) {
      throw new Failure("usage", {
        problem: `Cannot take the value in "${word}"`,
        hint: `Say "${valued}" alone, or nothing`,
      });
    }
    if (index === 0 && word === "--version") return "version";
    if (word === "-h") return "--help=true";
    return bare.includes(word) ? `${word}=true` : word;
  });
}

function commandOf(word: string | undefined): CommandName {
  if (word === undefined) return "help";
  const known = Object.keys(COMMANDS);
  if (known.includes(word)) return word as CommandName;
  const nearest = closestString(word, known);
  throw new Failure("usage", {
    problem: `Unknown command "${word}"`,
    hint: `Did you mean "${nearest}"? See "pgladder help"`,
  });
}

function optionsOf(
  parsed: Record<string, unknown>,
  names: readonly OptionName[],
  command: CommandName,
) {
  const options: Partial<Record<OptionName, string>> = {};
  for (const name of names) {
    const given = parsed[name];
    const values = (Array.isArray(given) ? given : [given])
      .filter((value) => value !== undefined && value !== false);
    if (values.length === 0) continue;
    if (values.length > 1) {
      throw usage(`Cannot take --${name} more than once`, command);
    }
    const allowed: readonly string[] = OPTIONS[name].commands;
    if (!allowed.includes(command)) {
      throw usage(`"${command}" has no option --${name}`, command);
    }
    const value = values[0] === true ? "true" : String(values[0]);
    if (value.trim() === "") {
      throw usage(`--${name} needs a value`, command);
    }
    options[name] = value;
  }
  return options;
}

function unknownOption(word: string, names: readonly string[]): Failure {
  const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
  const emptied = names.find((known) => word === `--${known}=`);
  if (emptied !== undefined) {
    return new Failure("usage", {
      problem: `--${emptied} needs a value`,
      hint: 'See "pgladder help"',
    });
  }
  return new Failure("usage", {
    problem: `Unknown option "${word}"`,
    hint: `Did you mean "--${
      closestString(name, [...names])
    }"? See "pgladder help"`,
  });
}

function usage(problem: string, command: CommandName): Failure {
  return new Failure("usage", {
    problem,
    hint: `See "pgladder help ${command}"`,
  });
}

/** One of a few words; anything else names the nearest. */
export function choose<const T extends string>(
  name: OptionName,
  value: string | undefined,
  words: readonly T[],
  otherwise: T,
): T {
  if (value === undefined) return otherwise;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new Failure("usage", {
    problem: `--${name} cannot be "${value}"`,
    hint: `It is one of ${words.join(", ")}: did you mean "${
      closestString(value, [...words])
    }"?`,
  });
}

/** A whole number from 1 up to a bound. */
export function wholeNumber(
  name: OptionName,
  value: string | undefined,
  otherwise: number,
  most: number,
): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= most) return number;
  throw new Failure("usage", {
    problem: `--${name} cannot be "${value}"`,
    hint: `It is a whole number from 1 to ${most}`,
  });
}
