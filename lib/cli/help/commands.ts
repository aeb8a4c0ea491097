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
      ["pgladder plan db --to 17 --switch unit", "with the change as a diff"],
      ["pgladder plan db --to 17 --json", "for scripts"],
    ],
    more: [
      text(
        "Looks at the container, its server, its unit, its volume and both images, and runs every check. Then it prints the steps: what each one does, how long it may take, how it is undone, when the downtime begins and ends, and until when a rollback loses nothing. It pulls the new image if that is missing and changes nothing else.",
      ),
      text(
        "Exit code 0: upgrade would begin. 3: a check refuses and says what to do. Without --to, plan prints what status prints for a container without a run.",
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
        "Copies the database while it serves (pg_basebackup, over the container's own network). Then it upgrades the copy with the same jobs as a real upgrade and compares the result. It touches neither the volume nor a unit. Its containers have the lowest priority for processor and disk, and a memory limit where the host offers one.",
      ),
      text(
        "At the end it removes everything except its measurements, VOLUME.pgladder/rehearsal.json, which plan uses from then on. No upgrade can begin during a rehearsal. Ctrl-C stops it and leaves nothing. It stops by itself before the disk has less free than --keep-free says. If pgladder is killed, its jobs end within a minute, and the next rehearsal, or --clean, removes what they left.",
      ),
      text(
        "The superuser must be allowed to replicate from the container's own 127.0.0.1, as the image's pg_hba.conf does. Steps that would stop the service are estimated. The time to rebuild your configuration is not included.",
      ),
      text(
        "Exit code 0: the upgrade would succeed. 1: it would fail, and the message says why; or it stopped itself for want of disk. 130: Ctrl-C. 3: a check refuses. 6: another pgladder is at work.",
      ),
    ],
  },
  upgrade: {
    operand: "CONTAINER",
    examples: [
      ["pgladder upgrade db --to 17", "plan, ask once, do it"],
      ["pgladder upgrade db --to 17 --yes --detach", "over a shaky connection"],
      ["pgladder upgrade db --to 17.11", "a minor upgrade"],
    ],
    more: [
      text(
        "A container that is stopped, or whose image cannot read its data, is upgraded as well: see pgladder help trouble. If pgladder stops, it says what state the database is in and what to type. pgladder resume continues from there. The first Ctrl-C stops pgladder at a safe point; its jobs go on.",
      ),
    ],
  },
  resume: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder resume", "continue the one open run"],
      ["pgladder resume db", "if there are several"],
      ["pgladder resume db --detach", "whatever becomes of the connection"],
    ],
    more: [
      text(
        "Continues the run in its direction, up or back. It decides nothing again: the plan is in the journal.",
      ),
      heading("What it continues after"),
      terms(
        [
          "a lost connection",
          "the job in its container is still at work or has left its result; pgladder waits for it or uses it",
        ],
        [
          "kill -9, a crash",
          "pgladder inspects the current step; a complete result counts, a partial one is completed or made again",
        ],
        [
          "a reboot, a power cut",
          "jobs end with the host, so the current step's work is done again; pgladder inspects every finished step first",
        ],
        [
          "a failed step",
          "fix the cause that the message names, then run resume; the step is tried again",
        ],
        [
          "waiting for you",
          "do what was asked, then run resume; pgladder verifies that it was done",
        ],
      ),
      text(
        "Before each move pgladder inspects every finished step again. It repairs what is partly gone. It repeats from the first step whose result is no longer valid. If it finds something that it did not make, it stops with exit code 8 and touches nothing.",
      ),
    ],
  },
  status: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder status", "every run of this host"],
      ["pgladder status db --follow", "stay and watch"],
      ["pgladder status db --watch", "the whole page, live"],
      ["pgladder status db --json", "for scripts"],
    ],
    more: [
      text(
        "Reads the journal and looks at the disk. It takes no lock, needs neither podman nor systemd, and changes nothing, so you can run it at any time.",
      ),
      text(
        "Below the steps it prints what a rollback would do and lose, the database with its version and path, what to type next, and where everything is. Times are UTC. While the new version serves, the number of its transactions is the one at its last checkpoint.",
      ),
      heading("Without a run"),
      text(
        "For a container without a run it tells what the container is, what its configuration would run, which clusters lie where, whether these fit, what is wrong, and what to type. It asks the runtime, systemd and, where one runs, the server; it changes nothing. Exit code 0: all is well. 3: it is not. See pgladder help trouble.",
      ),
      heading("How far it is"),
      text(
        "During a dump, a restore or a comparison, upgrade, resume, rollback and status --follow show the phase, a bar, the amount done, the rate of the last minute, the time left at that rate, what each session does, and the downtime so far. In a log this is one line every 30 seconds. With --json, upgrade, resume and rollback print one object per line, and the last one is the status; status --follow prints a whole status per line. The jobs report this themselves, so it is visible even when no pgladder works on the run. NO_COLOR=1, TERM=dumb and --no-color turn colours off.",
      ),
      heading("Marks"),
      terms(
        ["[x]", "done"],
        ["[>]", "started; with the phase of its job"],
        ["[!]", "failed, or its result is no longer valid: it is done again"],
        ["[<]", "being undone"],
        ["[-]", "undone"],
        ["[ ]", "not started"],
      ),
    ],
  },
  rollback: {
    operand: "[CONTAINER]",
    examples: [
      ["pgladder rollback db", "back to the old version"],
      [
        "pgladder rollback db --confirm db",
        "also if the new version has taken rows; they are kept aside",
      ],
    ],
    more: [
      text(
        "Undoes every step, the last one first, and leaves the service as it was before the upgrade. It may be interrupted like everything else: pgladder resume continues it.",
      ),
      heading("What it loses"),
      terms(
        ["before step start", "nothing: nobody has written to the new cluster"],
        [
          "after it",
          "what the new version has taken. pgladder stops it, measures the loss on the closed cluster, says how many transactions it is, and continues only if you type the container's name. It keeps the new data as VOLUME.aborted",
        ],
        ["a minor upgrade", "nothing: both versions read the same data"],
        ["after commit", "there is no way back"],
      ),
      text(
        "If you do not agree to the loss, pgladder starts the new version again and everything is as before.",
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
        "Removes the old data (VOLUME.bak), the dump and the tags on both images, and moves the journal to VOLUME.pgladder/history. After a rollback it removes the new data that were kept (VOLUME.aborted). It cannot be undone, so it asks for the container's name.",
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
        "Tells what was done, by whom, when, and from which image to which. It has a timeline with the downtime, the comparison per database, the measurements, every command that pgladder or a job ran with its exit code, and the journal. It reads only what lies beside the journal, so it works during a run, after it, and once the run is closed.",
      ),
      text(
        "The HTML is one file. It has no script, loads nothing, follows a light or dark screen, and prints well. pgladder never replaces a file that is not one of its reports.",
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
        "Writes one tar file with the journal, the status, the report, the logs and results of the run's jobs, the versions of the host's programs, and the container as the runtime describes it. Passwords, their hashes, tokens, keys and the values of the container's environment are removed. It contains no rows, no dump and no server configuration. It does contain names of databases and hosts, so read it before you send it.",
      ),
    ],
  },
  "retire-overrides": {
    operand: "DIR",
    examples: [
      [
        "pgladder retire-overrides --nix-option nixfiles.pleroma.postgresTag --to 17 .",
        "17 becomes the module's default; the hosts' own lines are removed",
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
        "Writes a role, playbooks (plan, rehearse, upgrade, status, rollback, commit), an example inventory, and a README that explains a roll-out. Its variables are the options of the commands: --nix-file is pgladder_nix_file. Run it on the machine that has Ansible; it needs no root.",
      ),
      text("The directory must be empty or not exist yet."),
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
        "Completes commands, options and their values, topics and steps for help, running containers for plan and upgrade, and containers with a run for the other commands. Only root sees containers and runs.",
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
