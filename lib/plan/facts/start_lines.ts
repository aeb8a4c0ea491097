import { dirname, join, resolve } from "@std/path";
import type { Maker } from "../../../journal/plan.ts";
import { composeUp } from "../../configuration/compose/command.ts";
import { samePath, scriptAt } from "../../configuration/would_run.ts";
import type { Ports } from "../../port/ports.ts";

/** One `ExecStart=` of a unit, as systemd has it: without specifiers. */
export interface StartLine {
  readonly unit: string;
  readonly words: string;
  /** WorkingDirectory=; the root where nothing is said. */
  readonly directory: string;
  /** The shell scripts that it runs, lines joined: NixOS has its words there. */
  readonly scripts?: readonly string[];
}

const SHOW = [
  ...["systemctl", "show", "*.service"],
  "--property=Id,ExecStart,WorkingDirectory",
];

/** Of all services that systemd has loaded; undefined where it does not say. */
export async function startLines(
  ports: Pick<Ports, "files" | "host">,
): Promise<readonly StartLine[] | undefined> {
  const { code, stdout } = await ports.host.run(SHOW);
  if (code !== 0) return undefined;
  const lines = stdout.split("\n\n").flatMap((shown) => {
    const unit = /^Id=(.*)$/m.exec(shown)?.[1] ?? "";
    const directory = /^WorkingDirectory=!?(\/.*)$/m.exec(shown)?.[1] ?? "/";
    return [...shown.matchAll(/argv\[\]=(.*?) ;/g)]
      .map(([, words = ""]) => ({ unit, words, directory }));
  });
  const found: StartLine[] = [];
  for (const line of lines) {
    found.push({ ...line, scripts: await scriptsOf(line.words, ports) });
  }
  return found;
}

/** The program itself, or what a shell is given first. */
async function scriptsOf(words: string, ports: Pick<Ports, "files">) {
  const paths = words.split(" ").slice(0, 2).filter((it) => it.startsWith("/"));
  const found: string[] = [];
  for (const path of paths) {
    const script = await scriptAt(path, ports);
    if (script !== undefined) found.push(script.replaceAll("\\\n", " "));
  }
  return found;
}

/** All that it says: its own words, and its scripts. */
export const textsOf = ({ scripts = [], words }: StartLine) => [
  words,
  ...scripts,
];

/**
 * It brings up the project that made a container: by its name, its files or
 * its directory. A line that cannot be read does where it names one of them.
 */
export function bringsUp(line: StartLine, maker: Maker): boolean {
  const { directory: home, words } = line;
  if (!/\bcompose\b.*\bup\b/.test(words)) return false;
  const up = composeUp(words.split(" "));
  if (up === undefined) {
    return samePath(home, maker.directory) ||
      [maker.directory, ...maker.files].some((path) => words.includes(path));
  }
  if (up.project !== undefined) return up.project === maker.project;
  const files = up.files.map((file) => resolve(home, file));
  if (files.some((file) => maker.files.includes(file))) return true;
  const [first] = files;
  const directory = up.directory ?? (first === undefined ? "" : dirname(first));
  const place = resolve(home, directory);
  // Its `.env` may name files elsewhere.
  return samePath(place, maker.directory) ||
    first === undefined && maker.envFiles.includes(join(place, ".env"));
}

const RUNTIME = /^(.*\/)?(podman|docker)(-compose)?$/;
const VERB = /^(start|restart|run|create|pull|load)$/;

/** `podman`, options of its own, a verb, and the words behind it. */
export interface RuntimeCommand {
  readonly program: string;
  readonly verb: string;
  readonly rest: readonly string[];
  /** It may fail: `|| true`. */
  readonly mayFail: boolean;
}

/** Quoted text of a shell, but not the script that a shell is given. */
const QUOTED = /\\.|(?<!\bsh\s+-\w*c\s+)(?:'[^']*'|"(?:\\.|[^"\\])*")/gs;
const OPERATORS = /[;&|\n]+/g;

/** What stands between operators, and behind each the operator. */
function partsOf(text: string): readonly string[] {
  // A program that systemd itself starts knows no operators.
  const isProgram = RUNTIME.test(/^\S*/.exec(text)?.[0] ?? "");
  return isProgram ? [text] : text
    .replace(QUOTED, (quoted) => quoted.replace(OPERATORS, "_"))
    .split(/(\|\||[;&|\n]+)/);
}

/** Of a line or a script whose lines are joined, without its quotes. */
export function runtimeCommands(text: string): readonly RuntimeCommand[] {
  const parts = partsOf(text);
  return parts.flatMap((command, place) => {
    if (place % 2 === 1) return [];
    const list = command.split(/[\s'"]+/)
      .flatMap((it) => it.startsWith("-") ? it.split(/=(.*)/s) : [it])
      .filter((it) => it !== "");
    const begin = list.findIndex((it) => RUNTIME.test(it));
    const words = begin < 0 ? [] : list.slice(begin + 1);
    const at = words.findIndex((it) => VERB.test(it));
    const isVerb = words.slice(0, at).every((it, index, before) =>
      /^(-.*|container|compose|image)$/.test(it) ||
      before[index - 1]?.startsWith("-")
    );
    return at < 0 || !isVerb ? [] : [{
      program: RUNTIME.exec(list[begin] ?? "")?.[2] ?? "",
      verb: words[at] ?? "",
      rest: words.slice(at + 1),
      mayFail: parts[place + 1] === "||",
    }];
  });
}

/**
 * It makes or starts the container of that name: `run --name NAME`, or NAME
 * behind `start`. The words of other programs in the line say nothing of it.
 */
export function startsContainer(
  words: string,
  isName: (word: string) => boolean,
  verbs = /^(start|restart|run|create)$/,
): boolean {
  return runtimeCommands(words).some(({ rest, verb }) =>
    verbs.test(verb) &&
    (/start$/.test(verb)
      ? rest.some(isName)
      : rest.some((it, index) =>
        it === "--name" && isName(rest[index + 1] ?? "")
      ))
  );
}
