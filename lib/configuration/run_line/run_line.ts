import { shellCommands } from "./shell.ts";
import { execStarts } from "./unit.ts";
import { bareWord, spanOf, within, type Word } from "./words.ts";

/** What `podman run` or `docker run` in a unit would start. */
export interface RunLine {
  readonly program: "podman" | "docker";
  readonly image: RunImage;
  readonly mounts: readonly RunMount[];
  /** Of the environment PGDATA and POSTGRES_USER alone, with a value. */
  readonly env: Readonly<Record<string, string>>;
  /** What the image is told to run, where that is said. */
  readonly command?: readonly string[];
  /** Files that hold more of the environment. */
  readonly envFiles: readonly string[];
  readonly name: string | undefined;
}

/** Offsets are those of a string; -1 where it stands in no text. */
export interface RunImage {
  readonly text: string;
  /** Of the whole word, quotes included. */
  readonly start: number;
  readonly end: number;
}

export interface RunMount {
  /** A path, a volume's name, or "" for an anonymous volume. */
  readonly source: string;
  readonly mountPath: string;
  readonly options: readonly string[];
  /** -1 where quotes or escapes cut the path: it cannot be replaced. */
  readonly mountPathStart: number;
  readonly mountPathEnd: number;
}

/** By the words of a command that systemd has loaded; without offsets. */
export function runLineOfWords(
  words: readonly string[],
): RunLine | undefined {
  return parseCommand("", words.map(bareWord));
}

/** Its first line names a shell, as itself or by env(1). */
export function isShellScript(text: string): boolean {
  return /^#![ \t]*(\S*\/)?(env[ \t]+(-S[ \t]*)?(\S*\/)?)?(ba|da|a|k|mk|z|busybox[ \t]+)?sh([ \t\r\n]|$)/
    .test(text.slice(0, 300));
}

/**
 * The one in a shell script; the container's name decides between several.
 * Undefined where there is none, or more than one that it could be.
 */
export function runLineOfScript(
  script: string,
  name?: string,
): RunLine | undefined {
  return choose(allOf(script, shellCommands(script)), name);
}

/** The one in a unit file, or in a script that stands in it. */
export function runLineOfUnit(
  unit: string,
  name?: string,
): RunLine | undefined {
  return choose(allOf(unit, execStarts(unit)), name);
}

function allOf(source: string, commands: readonly Word[][]): RunLine[] {
  return commands.map((command) => parseCommand(source, command))
    .filter((line) => line !== undefined);
}

function choose(
  lines: readonly RunLine[],
  name: string | undefined,
): RunLine | undefined {
  const named = lines.filter((line) => line.name === name);
  const candidates = name !== undefined && named.length > 0 ? named : lines;
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** Words that may stand before the program. */
const BEFORE = /^(exec|command|then|else|do|if|while|!|\{|env|nohup)$/;

function parseCommand(
  source: string,
  command: readonly Word[],
): RunLine | undefined {
  const begin = command.findIndex(({ text }) =>
    !BEFORE.test(baseName(text)) && !/^[A-Za-z_]\w*=/.test(text)
  );
  const [program, ...rest] = begin < 0 ? [] : command.slice(begin);
  const name = baseName(program?.text ?? "");
  if (/^(ba|da|a|k|z)?sh$/.test(name)) return parseNested(source, rest);
  if (name !== "podman" && name !== "docker") return undefined;
  const options = afterSubcommand(rest);
  return options === undefined ? undefined : parseRun(source, name, options);
}

/** `sh -c 'podman run …'`: the script is a word of the command. */
function parseNested(
  source: string,
  words: readonly Word[],
): RunLine | undefined {
  const at = words.findIndex(({ text }) => /^-[a-z]*c$/.test(text));
  const script = at < 0 ? undefined : words[at + 1];
  if (script === undefined) return undefined;
  const commands = shellCommands(script.text)
    .map((command) => command.map((word) => within(script, word)));
  return choose(allOf(source, commands), undefined);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Options of podman and docker themselves that have no value. */
const GLOBAL_FLAGS =
  /^(-D|-r|-v|--(debug|remote|syslog|noout|trace|transient-store|tls|tlsverify|help|version))$/;

/** What follows `run` or `container run`; undefined for other commands. */
function afterSubcommand(words: readonly Word[]): Word[] | undefined {
  let at = 0;
  while (words[at]?.text.startsWith("-")) {
    const { text = "" } = words[at] ?? {};
    at += text.includes("=") || GLOBAL_FLAGS.test(text) ? 1 : 2;
  }
  if (words[at]?.text === "container") at++;
  return words[at]?.text === "run" ? words.slice(at + 1) : undefined;
}

/** podman-run(1) and docker-run(1): these have no value unless by `=`. */
const FLAGS = new Set(
  ("detach disable-content-trust env-host help http-proxy init interactive " +
    "no-healthcheck no-hostname no-hosts oom-kill-disable passwd privileged " +
    "publish-all quiet read-only read-only-tmpfs replace rm rmi rootfs " +
    "sig-proxy tls-verify tty unsetenv-all use-api-socket").split(" "),
);
const SHORT_FLAGS = "dhiPqt";
const LONG_NAMES: Readonly<Record<string, string>> = {
  e: "env",
  v: "volume",
};

/** An option, and where in a word its value begins. */
interface Option {
  readonly name: string;
  readonly word: Word;
  readonly from: number;
}

function parseRun(
  source: string,
  program: RunLine["program"],
  words: readonly Word[],
): RunLine | undefined {
  const options: Option[] = [];
  let at = 0;
  while (at < words.length) {
    const word = words[at];
    if (word === undefined || !/^-./.test(word.text)) break;
    at++;
    if (word.text === "--") break;
    const found = readOption(word);
    if (found === undefined) continue;
    if (found.from >= 0) options.push({ ...found, word });
    else if (words[at] !== undefined) {
      options.push({ name: found.name, word: words[at++] as Word, from: 0 });
    }
  }
  const image = words[at];
  if (image === undefined) return undefined;
  const command = words.slice(at + 1).map(({ text }) => text);
  return {
    ...runLine(source, program, options, image),
    ...(command.length === 0 ? {} : { command }),
  };
}

/** Undefined: it has no value. `from` -1: the value is the next word. */
function readOption(
  { text }: Word,
): { name: string; from: number } | undefined {
  const equals = text.indexOf("=");
  if (text.startsWith("--")) {
    if (equals > 0) return { name: text.slice(2, equals), from: equals + 1 };
    return FLAGS.has(text.slice(2))
      ? undefined
      : { name: text.slice(2), from: -1 };
  }
  // Short ones can be written together, the last one with its value.
  let at = 1;
  while (SHORT_FLAGS.includes(text[at] ?? " ")) at++;
  const letter = text[at];
  if (letter === undefined || letter === "=") return undefined;
  const name = LONG_NAMES[letter] ?? letter;
  if (at + 1 === text.length) return { name, from: -1 };
  return { name, from: text[at + 1] === "=" ? at + 2 : at + 1 };
}

const READ = /^(PGDATA|POSTGRES_USER)=(.*)$/s;

function runLine(
  source: string,
  program: RunLine["program"],
  options: readonly Option[],
  image: Word,
): RunLine {
  const values = (name: string) =>
    options.filter((option) => option.name === name)
      .map(({ word, from }) => word.text.slice(from));
  const env = values("env").map((value) => READ.exec(value))
    .filter((found) => found !== null)
    .map(([, name = "", value = ""]) => [name, value]);
  return {
    program,
    image: { text: image.text, start: image.start, end: image.end },
    mounts: options.map((option) => mountOf(source, option))
      .filter((mount) => mount !== undefined),
    env: Object.fromEntries(env),
    envFiles: values("env-file"),
    name: values("name").at(-1),
  };
}

function mountOf(source: string, option: Option): RunMount | undefined {
  if (option.name === "volume") return volumeOf(source, option);
  if (option.name === "mount") return mountOptionOf(source, option);
  return undefined;
}

/** SOURCE:INNER[:OPTIONS], or INNER alone. */
function volumeOf(source: string, { word, from }: Option): RunMount {
  const [first = "", second, options] = word.text.slice(from).split(":");
  const at = second === undefined ? from : from + first.length + 1;
  return {
    source: second === undefined ? "" : first,
    mountPath: second ?? first,
    options: (options ?? "").split(",").filter((it) => it !== ""),
    ...mountPathSpan(source, word, at, second ?? first),
  };
}

/** type=bind,src=…,dst=… as a line of CSV. */
function mountOptionOf(
  source: string,
  { word, from }: Option,
): RunMount | undefined {
  const fields = csvFields(word.text, from);
  const find = (names: RegExp) => fields.find(({ name }) => names.test(name));
  const type = find(/^type$/)?.value ?? "volume";
  const mountPath = find(/^(dst|destination|target)$/);
  if (!/^(bind|volume)$/.test(type) || mountPath === undefined) {
    return undefined;
  }
  return {
    source: find(/^(src|source)$/)?.value ?? "",
    mountPath: mountPath.value,
    options: fields
      .filter(({ name }) =>
        !/^(type|src|source|dst|destination|target)$/.test(name)
      )
      .map(({ name, value }) => value === "" ? name : `${name}=${value}`),
    ...mountPathSpan(source, word, mountPath.at, mountPath.value),
  };
}

/** Fields NAME=VALUE, each with the offset of its value in the text. */
function csvFields(text: string, from: number) {
  const fields: { name: string; value: string; at: number }[] = [];
  const pattern = /"((?:[^"]|"")*)"|([^,]*)/y;
  for (let at = from; at <= text.length; at = pattern.lastIndex + 1) {
    pattern.lastIndex = at;
    const [, quoted, plain = ""] = pattern.exec(text) ?? [];
    const field = quoted?.replaceAll('""', '"') ?? plain;
    const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(field) ?? [];
    const begin = at + (quoted === undefined ? 0 : 1) + name.length + 1;
    fields.push({ name, value, at: begin });
  }
  return fields;
}

function mountPathSpan(source: string, word: Word, at: number, inner: string) {
  const { start, end } = spanOf(source, word, at, at + inner.length);
  // A doubled quote of CSV shifts what follows: then it is not this text.
  const same = word.text.slice(at, at + inner.length) === inner;
  return { mountPathStart: same ? start : -1, mountPathEnd: same ? end : -1 };
}
