import { type CommandName, type OptionName, OPTIONS } from "../options.ts";

/**
 * The part of the Ansible project that says which options there are: made of
 * the command line's own table, so that the two cannot drift apart.
 */

/** The commands that the role gives to a host. */
export const ROLE_COMMANDS = [
  "plan",
  "rehearse",
  "upgrade",
  "resume",
  "status",
  "rollback",
  "commit",
] as const satisfies readonly CommandName[];

/** Files of the project, by their path in it. */
export function optionFiles(
  { machine, source }: { machine: string; source: string },
): Readonly<Record<string, string>> {
  const head = [
    "---",
    '# Written by "pgladder ansible", from its own table of options.',
    "",
  ];
  return {
    "roles/pgladder/defaults/main/options.yml": [
      ...head,
      "# The executable on the machine that runs Ansible; it is copied to each host.",
      `pgladder_source: ${JSON.stringify(source)}`,
      "",
      '# Each of them is an option of the command: "" leaves it to pgladder.',
      ...roleOptions().flatMap((name) => [
        "",
        `# --${name} ${valueOf(name)}`,
        `#   ${OPTIONS[name].about}`,
        `${variableOf(name)}: ""`,
      ]),
      "",
    ].join("\n"),
    "roles/pgladder/vars/main/options.yml": [
      ...head,
      "# What `uname -m` says where the executable runs.",
      `pgladder_machine: ${JSON.stringify(machine)}`,
      "",
      "# The words of each command; those of options that are not set are empty.",
      ...ROLE_COMMANDS.flatMap((command) => [
        "",
        `pgladder_${command}_options:`,
        ...roleOptions().filter((name) => takes(command, name)).map(wordOf),
      ]),
      "",
    ].join("\n"),
  };
}

/** `--nix-file` is `pgladder_nix_file`. */
export function variableOf(name: OptionName): string {
  return `pgladder_${name.replaceAll("-", "_")}`;
}

/** Every option with a value that one of the role's commands takes. */
export function roleOptions(): OptionName[] {
  return (Object.keys(OPTIONS) as OptionName[]).filter((name) =>
    valueOf(name) !== "" &&
    ROLE_COMMANDS.some((command) => takes(command, name))
  );
}

function valueOf(name: OptionName): string {
  const option = OPTIONS[name];
  return "value" in option ? option.value : "";
}

function takes(command: CommandName, name: OptionName): boolean {
  return (OPTIONS[name].commands as readonly CommandName[]).includes(command);
}

function wordOf(name: OptionName): string {
  const variable = variableOf(name);
  return `  - "{{ '--${name}=' ~ ${variable} if ${variable} else '' }}"`;
}
