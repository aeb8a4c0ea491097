import {
  COMMAND_WORDS,
  type CommandWords,
  type Kind,
  LIST_CONTAINERS,
  LIST_RUNS,
  LIST_UNITS,
} from "./words.ts";

/** Completion for bash; it needs no bash-completion package. */
export function bashCompletion(): string {
  return `# Completion of pgladder for bash: made by "pgladder completions bash".

_pgladder_runs() { ${LIST_RUNS}; }
_pgladder_containers() { ${LIST_CONTAINERS}; }
_pgladder_units() { ${LIST_UNITS}; }

_pgladder() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local IFS=$' \\t\\n'
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${
    words(COMMAND_WORDS.map(({ name }) => name))
  } -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${COMMAND_WORDS.map(branch).join("\n")}
  esac
}

complete -F _pgladder pgladder`;
}

function branch({ name, operand, options }: CommandWords): string {
  const valued = options.flatMap(({ name, value }) =>
    value === undefined ? [] : [`        --${name}) ${reply(value)} ;;`]
  );
  const dashed = options.map(({ name }) => `--${name}`);
  return `    ${name})
      case $before in
${valued.map((line) => `${line}\n`).join("")}        *)
          if [[ $current == -* ]]; then
            COMPREPLY=($(compgen -W ${words(dashed)} -- "$current"))
          else
            ${reply(operand)}
          fi ;;
      esac ;;`;
}

function reply(kind: Kind): string {
  switch (kind.kind) {
    case "containers":
    case "runs":
    case "units":
      return `COMPREPLY=($(compgen -W "$(_pgladder_${kind.kind})" -- "$current"))`;
    case "files":
      // Quoting of odd names and the slash after a directory are readline's.
      return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")';
    case "words":
      return `COMPREPLY=($(compgen -W ${words(kind.words)} -- "$current"))`;
    case "none":
      return ":";
  }
}

const words = (list: readonly string[]) => `"${list.join(" ")}"`;
