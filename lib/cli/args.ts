import { parseArgs } from "@std/cli";
import { isAbsolute, resolve } from "@std/path";
import { closestString } from "@std/text";
import { Failure } from "../base/failure.ts";
import {
  type CommandName,
  COMMANDS,
  type OptionName,
  OPTIONS,
  PATH_OPERANDS,
} from "./options.ts";

/** The command line: every word known, none taken twice. */

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
  const [first, operand, ...rest] = parsed._;
  if (unknown[0] !== undefined) {
    throw unknownOption(unknown[0], meantFor(first, names));
  }
  const command = commandOf(first);
  if (operand === "") throw usage("The container's name is empty", command);
  if (rest.length > 0) {
    throw usage(`Cannot take "${rest[0]}" after "${operand}"`, command);
  }
  return { command, operand, options: optionsOf(parsed, names, command) };
}

/**
 * With every path made absolute: what reads and writes them, and the programs
 * that are given them, work in other directories than the person does.
 *
 * @param directory the working directory; undefined where it has been removed
 * @throws {Failure} "usage": a path begins nowhere
 */
export function withPaths(args: Args, directory: string | undefined): Args {
  const whole = (path: string) => {
    if (!isAbsolute(path) && directory === undefined) {
      throw usage(
        `Cannot tell where "${path}" is: the working directory is gone`,
        args.command,
      );
    }
    return resolve(directory ?? "/", path);
  };
  const { command, operand } = args;
  const options = { ...args.options };
  for (const [name, value] of Object.entries(options)) {
    if ("path" in OPTIONS[name as OptionName]) {
      options[name as OptionName] = whole(value);
    }
  }
  const isPath = operand !== undefined && PATH_OPERANDS.includes(command);
  return { ...args, operand: isPath ? whole(operand) : operand, options };
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
  const marker = words.indexOf("--");
  const end = marker === -1 ? words.length : marker;
  const closed = words.slice(0, end).map((word, index) => {
    const valued = bare.find((flag) => word.startsWith(`${flag}=`));
    if (valued !== undefined) {
      throw new Failure("usage", {
        problem: `Cannot take the value in "${word}"`,
        hint: `${valued} takes no value`,
      });
    }
    if (index === 0 && word === "--version") return "version";
    if (word === "-h") return "--help=true";
    return bare.includes(word) ? `${word}=true` : word;
  });
  // Of "--no-x=true" the parser would make an x: these go last, without it.
  const isNo = (word: string) =>
    word.startsWith("--no-") && bare.includes(bareOf(word));
  return [
    ...closed.filter((word) => !isNo(word)),
    ...closed.filter(isNo).map(bareOf),
    ...words.slice(end),
  ];
}

const bareOf = (word: string) => word.replace(/=true$/, "");

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

/** Another command's option is nothing to suggest. */
function meantFor(
  command: string | undefined,
  names: readonly OptionName[],
): readonly OptionName[] {
  const own = names.filter((name) =>
    (OPTIONS[name].commands as readonly (string | undefined)[])
      .includes(command)
  );
  return own.length > 0 ? own : names;
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
    hint: `It is one of ${words.join(", ")}. Did you mean "${
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
