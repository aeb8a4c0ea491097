import { quoted } from "../../base/shell.ts";
import {
  COMMAND_WORDS,
  type CommandWords,
  type Kind,
  LIST_CONTAINERS,
  LIST_RUNS,
  LIST_UNITS,
} from "./words.ts";

/** Completion for zsh, as a file _pgladder on its fpath, or to be sourced. */
export function zshCompletion(): string {
  return `#compdef pgladder
# Completion of pgladder for zsh: made by "pgladder completions zsh".

_pgladder_list() {
  local -a found
  case $1 in
    runs) found=(\${(f)"$(${LIST_RUNS})"}) ;;
    containers) found=(\${(f)"$(${LIST_CONTAINERS})"}) ;;
    units) found=(\${(f)"$(${LIST_UNITS})"}) ;;
  esac
  compadd -a found
}

_pgladder() {
  local -a words_of
  if ((CURRENT == 2)); then
    words_of=(
${
    COMMAND_WORDS.map(({ about, name }) => `      ${described(name, about)}`)
      .join("\n")
  }
    )
    _describe command words_of
    return
  fi
  case $words[2] in
${COMMAND_WORDS.map(branch).join("\n")}
  esac
}

if [[ $funcstack[1] == _pgladder ]]; then
  _pgladder "$@"
else
  compdef _pgladder pgladder
fi`;
}

function branch({ name, operand, options }: CommandWords): string {
  const valued = options.flatMap(({ name, value }) =>
    value === undefined ? [] : [`        --${name}) ${reply(value)} ;;`]
  );
  return `    ${name})
      case $words[CURRENT-1] in
${valued.map((line) => `${line}\n`).join("")}        *)
          if [[ $PREFIX == -* ]]; then
            words_of=(
${
    options.map(({ about, name }) =>
      `              ${described(`--${name}`, about)}`
    ).join("\n")
  }
            )
            _describe option words_of
          else
            ${reply(operand)}
          fi ;;
      esac ;;`;
}

/** In its lists a colon divides a word from what it means. */
const described = (word: string, about: string) =>
  quoted(`${word}:${about.replaceAll(":", "\\:")}`);

function reply(kind: Kind): string {
  switch (kind.kind) {
    case "containers":
    case "runs":
    case "units":
      return `_pgladder_list ${kind.kind}`;
    case "files":
      return "_files";
    case "words":
      return `compadd -- ${kind.words.join(" ")}`;
    case "none":
      return ":";
  }
}
