import { type CommandName, COMMANDS, OPTIONS } from "../options.ts";
import { type Block, heading, type Page, terms, text, typed } from "./page.ts";

/** What the page of a command has beside the tables of the command line. */
export interface CommandPage {
  /** What follows the command: "" for nothing. */
  readonly operand: string;
  readonly examples: readonly (readonly [string, string])[];
  readonly more: readonly Block[];
}

export const COMMAND_PAGES: Readonly<Record<CommandName, CommandPage>> = {
  plan: {
    operand: "CONTAINER",
    examples: [
      ["pgladder plan db --to 17", "look at everything, change nothing"],
      ["pgladder plan db --to 17 --commands", "with every command"],
      ["pgladder plan db --to 17 --switch nixos", "with the change as a diff"],
      ["pgladder plan db --to 17 --json", "for scripts"],
    ],
    more: [
      text(
        "Looks at the container, its server, its unit, its volume and both images, runs every check, and prints the ladder: what each step does, what it may take, how it is undone, when the downtime begins and ends, until when a rollback loses nothing. The image to upgrade to is pulled where it is missing; nothing else is changed.",
      ),
      text(
        "Exit code 0: upgrade would begin. 3: a check refuses, and says what to do.",
      ),
    ],
  },
  rehearse: {
    operand: "CONTAINER",
    examples: [
      [
        "pgladder rehearse db --to 17",
        "what would fail, and how long it takes",
      ],
      ["pgladder rehearse db --to 17 --method pg_upgrade", "the faster way"],
      ["pgladder rehearse db --clean", "after a kill or a reboot"],
    ],
    more: [
      text(
        "Copies the database while it serves (pg_basebackup, over the container's own network), and upgrades the copy by the very jobs of the ladder, comparison included. Neither the volume nor a unit is touched. Its containers come last for processor and disk and have a limit of memory, where the host offers these.",
      ),
      text(
        "Then all of it is removed but its figures, VOLUME.pgladder/rehearsal.json: plan reckons with them. No upgrade can begin meanwhile. Ctrl-C ends it and leaves nothing. It stops by itself before the disk has less left than --keep-free says; jobs whose pgladder was killed end within a minute, and the next rehearsal, or --clean, removes what is left.",
      ),
      text(
        "The superuser must be let in for replication from the container's own 127.0.0.1, as the image's pg_hba.conf does. Steps that would stop the service are estimated; a rebuild of the configuration is not.",
      ),
      text(
        "Exit code 0: the upgrade would go well. 1: it would fail, and of what; or the rehearsal was stopped. 3: a check refuses. 6: another pgladder is at work.",
      ),
    ],
  },
  upgrade: {
    operand: "CONTAINER",
    examples: [
      ["pgladder upgrade db --to 17", "plan, ask once, climb"],
      ["pgladder upgrade db --to 17 --yes --detach", "over a shaky connection"],
      ["pgladder upgrade db --to 17.11", "a minor upgrade"],
    ],
    more: [
      text(
        "Where it stops, it says what state the database is in and what to type; pgladder resume goes on from there. The first Ctrl-C comes to a safe point and ends pgladder, not its jobs.",
      ),
    ],
  },
  resume: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder resume", "go on with the one open run"],
      ["pgladder resume db", "of several"],
      ["pgladder resume db --detach", "in a unit of systemd"],
    ],
    more: [
      text(
        "Goes on in the direction that the run was going, be it up or down. It decides nothing anew: what was planned stands in the journal.",
      ),
      heading("After what it goes on"),
      terms(
        [
          "a lost connection",
          "the job in its container is still at work, or has left its result: pgladder waits for it or takes it",
        ],
        [
          "kill -9, a crash",
          "the step in hand is looked at: what is whole counts, what is half is completed or made again",
        ],
        [
          "a reboot, a power cut",
          "jobs end with the host: the step's work is made again. What was done is looked at first",
        ],
        [
          "a failed step",
          "mend the cause that the message names, then resume; the step is tried again",
        ],
        [
          "waiting for you",
          "do what was asked, then resume; pgladder looks whether it happened",
        ],
      ),
      text(
        "Before each move every step that is done is looked at again. What is partly gone is mended; what no longer holds is done again from there; what pgladder did not leave there stops it with exit code 8, and nothing is touched.",
      ),
    ],
  },
  status: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder status", "every run of this host"],
      ["pgladder status db --follow", "stay and watch"],
      ["pgladder status db --watch", "the whole of it, live"],
      ["pgladder status db --json", "for scripts"],
    ],
    more: [
      text(
        "Reads the journal and looks at the disk. It takes no lock, needs neither podman nor systemd, and changes nothing, so it can be typed at any time.",
      ),
      text(
        "Below the ladder stand the way back with what it would lose, the database with its version and place, what to type next, and where everything is. Times are UTC. While the new version serves, what it has taken is told as of its last checkpoint.",
      ),
      heading("How far it is"),
      text(
        "While a dump, a restore or a comparison is at work, upgrade, resume, rollback and status --follow draw the phase, a bar, what is done of all, the rate of the last minute, the time left at that rate, what each session is at, and the downtime so far. In a log the same is one line every 30 seconds. With --json, upgrade, resume and rollback print an object a line, the last one the status; status --follow prints a whole status a line. The jobs say it themselves, so it can be seen when nobody is at work on the run. NO_COLOR=1, TERM=dumb and --no-color leave the colours out.",
      ),
      heading("Marks"),
      terms(
        ["[x]", "done"],
        ["[>]", "begun; with the phase of its job"],
        ["[!]", "failed, or done once and gone since: to be done again"],
        ["[<]", "being undone"],
        ["[-]", "undone"],
        ["[ ]", "not begun"],
      ),
    ],
  },
  rollback: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder rollback db", "back to the old version"],
      ["pgladder rollback db --confirm db", "and lose what the new one took"],
    ],
    more: [
      text(
        "Undoes every step from the top, each by its own way back, and leaves the service as it was before the upgrade. It may be interrupted like everything else: pgladder resume goes on with it.",
      ),
      heading("What it loses"),
      terms(
        ["before step start", "nothing: nobody has written to the new cluster"],
        [
          "after it",
          "what the new version has taken. pgladder stops it, measures that on the closed cluster, says how many transactions it is, and goes back only if you type the container's name. The new data are kept as VOLUME.aborted",
        ],
        ["a minor upgrade", "nothing: both versions read the same data"],
        ["after commit", "there is no way back"],
      ),
      text(
        "If you do not agree to the loss, the new version is started again and all is as before.",
      ),
    ],
  },
  commit: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder commit db", "the upgrade is good"],
      ["pgladder commit db --confirm db", "without a question"],
    ],
    more: [
      text(
        "Removes the old data (VOLUME.bak), the dump and both held images, and closes the journal, which goes to VOLUME.pgladder/history. After a rollback it removes the new data that were kept (VOLUME.aborted). There is no way back from it, so it asks for the container's name.",
      ),
    ],
  },
  report: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder report db --output upgrade.html", "for a change ticket"],
      ["pgladder report db --format markdown", "on the terminal"],
      ["pgladder report db --run 20261123-003327-3359", "an older run"],
    ],
    more: [
      text(
        "What was done, by whom, when, from which image to which; a timeline with the downtime, the comparison per database, the figures, every command that pgladder or a job ran with its exit code, and the journal. It comes from what lies beside the journal alone, during a run, after it, and once it is closed.",
      ),
      text(
        "The HTML is one file without a script that loads nothing, in light and dark, and prints well. A file that is no report of pgladder's is never replaced.",
      ),
    ],
  },
  bundle: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder bundle db", "writes pgladder-RUN.tar here"],
      ["pgladder bundle db --output /tmp/bug.tar", "or there"],
    ],
    more: [
      text(
        "One tar file with the journal, the status, the report, the logs and results of the run's jobs, the versions of the host's programs, and the container as the runtime has it. Passwords, their hashes, tokens, keys and the values of the container's environment are taken out. No rows, no dump, no configuration of the server are in it; names of databases and hosts are, so look through it before you hand it on.",
      ),
    ],
  },
  "retire-overrides": {
    operand: "DIR",
    examples: [
      [
        "pgladder retire-overrides --nix-option nixfiles.pleroma.postgresTag --to 17 .",
        "17 becomes the module's default, the hosts' own lines go",
      ],
    ],
    more: [
      text(
        "Works in a repository, on any machine that has Nix, as any user. It shows the change as a diff, asks, and writes it only after Nix has evaluated every host to the same value before and after.",
      ),
    ],
  },
  ansible: {
    operand: "DIR",
    examples: [
      ["pgladder ansible rollout", "write the project into ./rollout"],
      ["pgladder ansible rollout --json", "with the files as a list"],
    ],
    more: [
      text(
        "Writes a role and playbooks: plan, rehearse, upgrade, status, rollback, commit; an example inventory; and a README that says how a roll-out goes. Its variables are the options of the commands: --nix-file is pgladder_nix_file. It runs on the machine that has Ansible and needs no root.",
      ),
      text("The directory must be empty, or not there yet."),
    ],
  },
  completions: {
    operand: "SHELL",
    examples: [
      [
        "pgladder completions bash > /etc/bash_completion.d/pgladder",
        "bash, for everybody",
      ],
      [
        "pgladder completions zsh > /usr/local/share/zsh/site-functions/_pgladder",
        "zsh",
      ],
      [
        "pgladder completions fish > /etc/fish/completions/pgladder.fish",
        "fish",
      ],
    ],
    more: [
      text(
        "The words after Tab: commands, options and their values, topics and steps for help, running containers for plan and upgrade, and those with a run for the others. Containers and runs are seen by root alone, as pgladder itself is.",
      ),
    ],
  },
  help: {
    operand: "[COMMAND | STEP | TOPIC]",
    examples: [
      ["pgladder help upgrade", "a command"],
      ["pgladder help close", "a step of the ladder"],
      ["pgladder help runbook", "a topic"],
      ["pgladder help --man", "the manual, for man -l - or a file"],
    ],
    more: [],
  },
  version: { operand: "", examples: [["pgladder version", ""]], more: [] },
};

export function commandPage(name: CommandName): Page {
  const { examples, more } = COMMAND_PAGES[name];
  return {
    name,
    about: COMMANDS[name],
    blocks: [
      heading("Examples"),
      typed(...examples),
      heading("Usage"),
      typed([usageOf(name), ""]),
      ...more,
      heading("Options"),
      terms(...optionsOf(name)),
    ],
  };
}

export function usageOf(name: CommandName): string {
  const { operand } = COMMAND_PAGES[name];
  return [`pgladder ${name}`, operand, "[OPTION…]"].filter(Boolean).join(" ");
}

function optionsOf(name: CommandName): [string, string][] {
  return Object.entries(OPTIONS).filter(([, { commands }]) =>
    (commands as readonly string[]).includes(name)
  ).map(([option, { about, ...more }]) => [
    "value" in more ? `--${option} ${more.value}` : `--${option}`,
    about,
  ]);
}
