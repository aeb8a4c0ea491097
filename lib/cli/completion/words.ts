import { COMMAND_PAGES } from "../help/commands.ts";
import { COMMAND_NAMES, PAGE_NAMES } from "../help/pages.ts";
import { type CommandName, COMMANDS, OPTIONS } from "../options.ts";

/** What may follow, for every shell alike. */

/** What stands where a word is missing. */
export type Kind =
  /** Containers that run. */
  | { readonly kind: "containers" }
  /** Containers with an open run. */
  | { readonly kind: "runs" }
  | { readonly kind: "units" }
  | { readonly kind: "files" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** A value that nobody can guess. */
  | { readonly kind: "none" };

export interface CommandWords {
  readonly name: CommandName;
  readonly about: string;
  readonly operand: Kind;
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  readonly name: string;
  readonly about: string;
  /** Undefined: it is a switch. */
  readonly value: Kind | undefined;
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export const COMMAND_WORDS: readonly CommandWords[] = COMMAND_NAMES.map(
  (name) => ({
    name,
    about: COMMANDS[name],
    operand: operandOf(name),
    options: optionsOf(name),
  }),
);

function operandOf(name: CommandName): Kind {
  switch (COMMAND_PAGES[name].operand) {
    case "CONTAINER":
      return { kind: "containers" };
    case "[CONTAINER]":
      return { kind: "runs" };
    case "DIR":
      return { kind: "files" };
    case "SHELL":
      return { kind: "words", words: SHELLS };
    case "[COMMAND | STEP | TOPIC]":
      return { kind: "words", words: PAGE_NAMES };
    default:
      return { kind: "none" };
  }
}

function optionsOf(name: CommandName): OptionWords[] {
  return Object.entries(OPTIONS).filter(([, { commands }]) =>
    (commands as readonly CommandName[]).includes(name)
  ).map(([option, { about, ...more }]) => ({
    name: option,
    about,
    value: "value" in more ? valueOf(more.value) : undefined,
  }));
}

/** "dump|pg_upgrade" are the words themselves, "PATH" is a word for a path. */
function valueOf(value: string): Kind {
  if (value.includes("|")) return { kind: "words", words: value.split("|") };
  switch (value) {
    case "PATH":
    case "FILE":
    case "DIR":
      return { kind: "files" };
    case "UNIT":
    case "UNIT,…":
      return { kind: "units" };
    case "CONTAINER":
      return { kind: "runs" };
    default:
      return { kind: "none" };
  }
}

/** Shell code that prints containers with a run; root alone may look. */
export const LIST_RUNS =
  `sed -n 's/.*"container":"\\([^"]*\\)".*/\\1/p' /var/lib/pgladder/runs/*.json 2>/dev/null`;

/** Shell code that prints the containers that run, of either runtime. */
export const LIST_CONTAINERS =
  `podman ps --format '{{.Names}}' 2>/dev/null; docker ps --format '{{.Names}}' 2>/dev/null`;

export const LIST_UNITS =
  "systemctl list-units --all --plain --no-legend --type=service 2>/dev/null | cut -d' ' -f1";
