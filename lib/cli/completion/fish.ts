import {
  COMMAND_WORDS,
  type CommandWords,
  type Kind,
  LIST_CONTAINERS,
  LIST_RUNS,
  LIST_UNITS,
} from "./words.ts";

/** Completion for fish. */
export function fishCompletion(): string {
  return `# Completion of pgladder for fish: made by "pgladder completions fish".

function __pgladder_runs
    set -l files /var/lib/pgladder/runs/*.json
    test (count $files) -gt 0; or return
    ${LIST_RUNS.replace("/var/lib/pgladder/runs/*.json", "$files")}
end

function __pgladder_containers
    ${LIST_CONTAINERS}
end

function __pgladder_units
    ${LIST_UNITS}
end

# The command is the first word after the program.
function __pgladder_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end

function __pgladder_begins
    test (count (commandline -opc)) -eq 1
end

complete -c pgladder -f
${COMMAND_WORDS.flatMap(lines).join("\n")}`;
}

function lines({ about, name, operand, options }: CommandWords): string[] {
  const when = `complete -c pgladder -n '__pgladder_is ${name}'`;
  return [
    `complete -c pgladder -n __pgladder_begins -a ${name} -d ${quote(about)}`,
    ...(operand.kind === "none" ? [] : [`${when} ${reply(operand)}`]),
    ...options.map(({ about, name, value }) =>
      `${when} -l ${name} -d ${quote(about)}${
        value === undefined ? "" : ` -x ${reply(value)}`
      }`.trimEnd()
    ),
  ];
}

function reply(kind: Kind): string {
  switch (kind.kind) {
    case "containers":
    case "runs":
    case "units":
      return `-a '(__pgladder_${kind.kind})'`;
    case "files":
      return "-a '(__fish_complete_path)'";
    case "words":
      return `-a '${kind.words.join(" ")}'`;
    case "none":
      return "";
  }
}

/** In fish a backslash escapes quotes within single quotes. */
const quote = (text: string) =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
