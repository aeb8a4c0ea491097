import { closestString } from "@std/text";
import { type CommandName, COMMANDS } from "../options.ts";
import { commandPage } from "./commands.ts";
import { heading, type Page, terms, text, typed } from "./page.ts";
import { isStep, STEP_WORDS, stepPage, stepsPage } from "./steps.ts";
import { bitnami } from "./topic/bitnami.ts";
import { checks } from "./topic/checks.ts";
import { docker } from "./topic/docker.ts";
import { exitCodes } from "./topic/exit_codes.ts";
import { journal } from "./topic/journal.ts";
import { nixos } from "./topic/nixos.ts";
import { runbook } from "./topic/runbook.ts";
import { security } from "./topic/security.ts";
import { trouble } from "./topic/trouble.ts";

/** Every page of the help, by what is asked for. */

/** In the order of the man page; `resume` and `rollback` are commands. */
export const TOPICS: readonly Page[] = [
  trouble,
  runbook,
  stepsPage,
  checks,
  journal,
  nixos,
  docker,
  bitnami,
  security,
  exitCodes,
];

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

/** All that `pgladder help` takes. */
export const PAGE_NAMES: readonly string[] = [
  ...COMMAND_NAMES,
  ...TOPICS.map(({ name }) => name),
  ...Object.keys(STEP_WORDS),
];

/** Undefined: there is no such page. */
export function pageFor(name: string | undefined): Page | undefined {
  if (name === undefined || name === "commands") return overview;
  const topic = TOPICS.find((page) => page.name === name);
  if (topic !== undefined) return topic;
  if (isCommand(name)) return commandPage(name);
  return isStep(name) ? stepPage(name) : undefined;
}

export const nearestPage = (name: string): string =>
  closestString(name, [...PAGE_NAMES]);

const isCommand = (name: string): name is CommandName =>
  Object.hasOwn(COMMANDS, name);

export const overview: Page = {
  name: "pgladder",
  about: "upgrades a containerised PostgreSQL, step by step, with a way back",
  blocks: [
    typed(
      ["pgladder plan db --to 17", "look at everything, change nothing"],
      ["pgladder rehearse db --to 17", "try it on a copy; the service runs on"],
      ["pgladder upgrade db --to 17", "do it"],
      ["pgladder resume db", "after an SSH drop, a kill, a power cut"],
      ["pgladder rollback db", "back to the old version"],
      [
        "pgladder status db",
        "where it stands; without a run, what is wrong with db",
      ],
    ),
    heading("Commands"),
    terms(...COMMAND_NAMES.map((name) => [name, COMMANDS[name]] as const)),
    heading("Topics"),
    terms(
      ...TOPICS.map(({ about, name }) => [name, about] as const),
    ),
    text(
      "Each command, topic and step has its own page: pgladder help upgrade, pgladder help journal, pgladder help close.",
    ),
  ],
};
