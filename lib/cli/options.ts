/** Every word that the command line knows, and its help. */

export const COMMANDS = {
  plan: "show what was found, every check and every step; changes nothing",
  rehearse:
    "try the whole upgrade on a copy while the service runs; keeps its measurements",
  upgrade: "plan, confirm, and do every step",
  resume: "continue where it stands, in the direction it was going",
  status: "where it stands, what is safe, what to type next",
  rollback: "undo every step, the last one first",
  commit: "accept the upgrade: remove the old data, close the journal",
  report:
    "write a run down for a change ticket, as HTML or Markdown; also afterwards",
  bundle:
    "pack journal, logs and facts into one file for a bug report, without secrets",
  "retire-overrides":
    "set a module's new default in a NixOS repository and remove the hosts' own lines",
  ansible: "write an Ansible project that upgrades many hosts into DIR",
  completions: "print what a shell needs to complete commands: bash, zsh, fish",
  help: "show this page, or that of a command, a step or a topic",
  version: "print this program's version",
} as const;

export type CommandName = keyof typeof COMMANDS;

/** A word that begins with two dashes. */
interface Option {
  /** What follows it, for the help; a switch has none. */
  readonly value?: string;
  /** It is a path, from the working directory where it does not begin with "/". */
  readonly path?: true;
  readonly about: string;
  readonly commands: readonly CommandName[];
}

const ALL = Object.keys(COMMANDS) as readonly CommandName[];
const PLANNING: readonly CommandName[] = ["plan", "rehearse", "upgrade"];
/** Where a NixOS option is named. */
const NAMING: readonly CommandName[] = [...PLANNING, "retire-overrides"];
const MOVING: readonly CommandName[] = [
  "upgrade",
  "resume",
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
    about:
      "the systemd unit that runs the container; needed if its command cannot be read",
    commands: PLANNING,
  },
  volume: {
    value: "PATH",
    path: true,
    about:
      "plan, upgrade: the directory of a cluster that the container has lost; else the container's own data directory, to tell several runs apart",
    commands: [
      ...PLANNING,
      "resume",
      "status",
      "rollback",
      "commit",
      "report",
      "bundle",
    ],
  },
  writers: {
    value: "UNIT,…",
    about:
      "more units or containers to stop, besides those that depend on the database",
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
    about:
      "who changes the configuration (default manual; on NixOS nixos, where Nix confirms the change)",
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
    path: true,
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
  except: {
    value: "HOST,…",
    about: "hosts to leave out, whatever they set",
    commands: ["retire-overrides"],
  },
  assume: {
    value: "HOST=VALUE,…",
    about: "a host's value, if neither Nix nor its files tell it",
    commands: ["retire-overrides"],
  },
  "no-eval": {
    about: "do not run Nix, only read its files",
    commands: NAMING,
  },
  "rebuild-command": {
    value: "CMD",
    about:
      "--switch nixos: the command that activates the change (default nixos-rebuild switch)",
    commands: PLANNING,
  },
  confirm: {
    value: "CONTAINER",
    about: "the container's name, to confirm what cannot be undone",
    commands: ["resume", "rollback", "commit"],
  },
  from: {
    value: "IMAGE",
    about:
      "an image of the version of the data, where nothing serves them (default: the one that last did, or the same kind of image)",
    commands: PLANNING,
  },
  superuser: {
    value: "NAME",
    about: "the server's superuser, if its container does not name it",
    commands: PLANNING,
  },
  "trust-parents": {
    about:
      "accept data below directories that other users than root may change; those users could become root",
    commands: [
      ...PLANNING,
      "resume",
      "status",
      "rollback",
      "commit",
      "report",
      "bundle",
    ],
  },
  runtime: {
    value: "podman|docker",
    about: "the container runtime, if the host has both",
    commands: [
      ...PLANNING,
      "resume",
      "rollback",
      "commit",
      "status",
      "report",
      "bundle",
    ],
  },
  format: {
    value: "html|markdown",
    about: "the format (default html, or by the ending of --output)",
    commands: ["report"],
  },
  output: {
    value: "FILE",
    path: true,
    about:
      "the file to write (report: instead of standard output; bundle: pgladder-RUN.tar)",
    commands: ["report", "bundle"],
  },
  run: {
    value: "RUN",
    about: "which run (default: the open one, else the newest closed one)",
    commands: ["report", "bundle"],
  },
  commands: {
    about: "also print every command, as you would type it",
    commands: ["plan", "upgrade"],
  },
  "keep-free": {
    value: "MIB",
    about:
      "disk space that stays free for the live database; the rehearsal stops before (default: a tenth of the data, at least 1024)",
    commands: ["rehearse"],
  },
  clean: {
    about: "only remove what a killed rehearsal left",
    commands: ["rehearse"],
  },
  follow: {
    about: "stay and show progress until nothing changes any more",
    commands: ["status"],
  },
  detach: {
    about:
      "continue on its own, in a systemd unit or a session: no lost connection ends it",
    commands: ["upgrade", "resume", "rollback"],
  },
  watch: {
    about: "the whole status, live; Ctrl-C ends it",
    commands: ["status"],
  },
  "to-old": {
    about:
      "where the run began from a database that did not serve: have the version of its data serve it afterwards",
    commands: ["rollback"],
  },
  yes: { about: "do not ask whether to begin", commands: MOVING },
  man: {
    about: "all of it as a man page: pgladder help --man | man -l -",
    commands: ["help"],
  },
  json: { about: "print JSON", commands: ALL },
  "no-color": {
    about: "no colours; the same as NO_COLOR=1 or TERM=dumb",
    commands: ALL,
  },
  debug: {
    about: "show where in the program an error arose",
    commands: ALL,
  },
  help: { about: "the help for this command", commands: ALL },
} as const satisfies Record<string, Option>;

/** What follows these commands is a path, too. */
export const PATH_OPERANDS: readonly CommandName[] = [
  "retire-overrides",
  "ansible",
];

export type OptionName = keyof typeof OPTIONS;
