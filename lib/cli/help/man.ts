import { STEP_IDS } from "../../../journal/step_id.ts";
import { commandPage, usageOf } from "./commands.ts";
import { type Block, type Page, text } from "./page.ts";
import { COMMAND_NAMES, overview, TOPICS } from "./pages.ts";
import { stepPage } from "./steps.ts";

/**
 * The man page in the roff of man(7): the same pages as `pgladder help` shows,
 * in one. It bears no date: the version says which it is.
 */
export function manPage(version: string): string {
  const [examples] = overview.blocks;
  return [
    `.TH PGLADDER 1 "" "pgladder ${version}" "pgladder"`,
    // Long words such as image names would leave holes in justified lines.
    ".ad l",
    ".nh",
    ".SH NAME",
    `pgladder \\- ${escaped(overview.about)}`,
    ".SH SYNOPSIS",
    ...COMMAND_NAMES.flatMap((name) => [".nf", bold(usageOf(name)), ".fi"]),
    ".SH EXAMPLES",
    ...(examples === undefined ? [] : blockRoff(examples)),
    ".SH COMMANDS",
    ...COMMAND_NAMES.flatMap((name) => section(".SS", commandPage(name))),
    ".SH STEPS",
    ...STEP_IDS.flatMap((id) => section(".SS", stepPage(id))),
    ...TOPICS.flatMap((page) => section(".SH", page)),
    ".SH SEE ALSO",
    ...blockRoff(text(
      "pg_dump(1), pg_restore(1), pg_upgrade(1), podman(1), docker(1), systemctl(1)",
    )),
    "",
  ].join("\n");
}

function section(macro: ".SS" | ".SH", page: Page): string[] {
  const title = macro === ".SH"
    ? page.name.toUpperCase().replaceAll("-", " ")
    : page.name;
  const about = text(`${upperFirst(page.about)}.`);
  return [
    `${macro} ${escaped(title)}`,
    ...[about, ...page.blocks].flatMap(blockRoff),
  ];
}

function blockRoff(block: Block): string[] {
  switch (block.kind) {
    case "heading":
      return [".PP", bold(block.text)];
    case "text":
      return [".PP", line(block.text)];
    case "typed":
    case "shell":
      return block.lines.flatMap(([typed, about]) =>
        about === "" ? [".PP", ".nf", bold(typed), ".fi"] : item(typed, about)
      );
    case "terms":
      return block.terms.flatMap(([term, about]) => item(term, about));
  }
}

const item = (term: string, about: string) => [
  ".TP",
  bold(term),
  line(upperFirst(about)),
];

const bold = (words: string) => `\\fB${escaped(words)}\\fR`;

const upperFirst = (words: string) =>
  words.charAt(0).toUpperCase() + words.slice(1);

/** A line of text: one that begins with a dot or a quote would be a request. */
const line = (words: string) => escaped(words).replace(/^([.'])/, "\\&$1");

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\e",
  // A person copies these from the page: they must not become a hyphen.
  "-": "\\-",
  "~": "\\(ti",
  "^": "\\(ha",
  "`": "\\(ga",
  "'": "\\(aq",
  "…": "...",
  "→": "\\(->",
};

function escaped(words: string): string {
  return words.replace(/[\\~^`'…→-]/g, (char) => NAMED[char] ?? char)
    .replace(
      /[^ -~]/g,
      (char) =>
        `\\[u${
          char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")
        }]`,
    );
}
