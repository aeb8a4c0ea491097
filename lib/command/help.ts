import { type CommandName, COMMANDS, OPTIONS } from "../options.ts";
import { CHECKS } from "../check/checks.ts";
import { EXIT, EXIT_MEANING, Failure } from "../failure.ts";
import { closestString } from "@std/text";
import type { App } from "./command.ts";

const TOPICS: Readonly<Record<string, () => string>> = {
  "commands": overview,
  "exit-codes": exitCodes,
  "checks": checks,
  "steps": steps,
};

/** The help: works offline, for a command or a topic. */
export function help(app: App): Promise<number> {
  const { command, operand } = app.args;
  const topic = command === "help" ? operand : command;
  app.operator.print(textFor(topic));
  return Promise.resolve(EXIT.done);
}

function textFor(topic: string | undefined): string {
  if (topic === undefined) return overview();
  if (topic in COMMANDS) return commandHelp(topic as CommandName);
  const known = TOPICS[topic];
  if (known !== undefined) return known();
  const words = [...Object.keys(COMMANDS), ...Object.keys(TOPICS)];
  throw new Failure("usage", {
    problem: `No help on "${topic}"`,
    hint: `Did you mean "pgladder help ${closestString(topic, words)}"?`,
  });
}

function overview(): string {
  return [
    "pgladder upgrades a containerised PostgreSQL, step by step, with a way back.",
    "",
    "  pgladder plan db --to 17       look at everything, change nothing",
    "  pgladder upgrade db --to 17    do it",
    "  pgladder resume db             after an SSH drop, a kill, a power cut",
    "",
    "Commands",
    ...Object.entries(COMMANDS).map(([name, about]) =>
      `  ${name.padEnd(10)}${about}`
    ),
    "",
    'Each has its own page: "pgladder help upgrade". Topics: exit-codes, checks, steps.',
  ].join("\n");
}

function commandHelp(name: CommandName): string {
  const options = Object.entries(OPTIONS).filter(([, option]) =>
    (option.commands as readonly string[]).includes(name)
  );
  const operand: Partial<Record<CommandName, string>> = {
    plan: " CONTAINER --to TAG",
    upgrade: " CONTAINER --to TAG",
    "retire-overrides": " --nix-option NAME --to TAG DIR",
    help: " [COMMAND | TOPIC]",
    version: "",
  };
  return [
    `pgladder ${name}${operand[name] ?? " [CONTAINER]"}`,
    `  ${COMMANDS[name]}`,
    "",
    ...options.map(([option, { about, ...more }]) => {
      const value = "value" in more ? ` ${more.value}` : "";
      return `  --${option}${value}\n      ${about}`;
    }),
  ].join("\n");
}

function exitCodes(): string {
  return [
    "Exit codes",
    ...Object.entries(EXIT_MEANING).map(([code, meaning]) =>
      `  ${code.padStart(3)}  ${meaning}`
    ),
  ].join("\n");
}

function checks(): string {
  return [
    "Checks before anything is changed",
    "",
    ...CHECKS.flatMap(({ about, name, remedy, worst }) => [
      `  ${name.padEnd(22)}${
        worst === "refuse" ? "refuses" : "warns  "
      }  ${about}`,
      `${" ".repeat(33)}else: ${remedy}`,
    ]),
  ].join("\n");
}

function steps(): string {
  return [
    "The ladder of a major upgrade",
    "  1  prepare        both images are tagged and held; the service runs on",
    "  2  stop-writers   what depends on the database is held and stopped",
    "  3  close          the database is stopped, its volume put aside as VOLUME.bak;",
    "                    a plug stands in its place, on which no server starts",
    "  4  dump           a private old server, the new version's pg_dump",
    "  5  build          a new cluster beside it, compared with the old one",
    "  6  swap           the new cluster takes the plug's place, in one exchange",
    "  7  switch         the configuration names the new image",
    "  8  start          the unit serves the very cluster that was built",
    "  9  start-writers  what was stopped runs again",
    "Every step is undone by its own way back; see pgladder plan.",
    "A minor upgrade has no dump, build and swap: the data stay where they are.",
  ].join("\n");
}
