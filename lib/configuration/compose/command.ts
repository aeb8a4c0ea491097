/** A compose program that brings services up, by its words. */
export interface ComposeUp {
  /** As they were given: relative to the working directory. */
  readonly files: readonly string[];
  readonly directory: string | undefined;
  /** The project's name. */
  readonly project: string | undefined;
  readonly envFile: string | undefined;
  /** None: all of them. */
  readonly services: readonly string[];
}

/** Options of compose itself that have a value. */
const VALUED =
  /^(-f|--file|-p|--project-name|--project-directory|--env-file|--profile|--podman-path|--podman-args|--podman-\w+-args|--parallel|--progress|--ansi|--in-pod|--pod-args|-H|--host|-c|--context|--log-level)$/;
/** Options of its `up` that have one. */
const UP_VALUED =
  /^(-t|--timeout|--scale|--wait-timeout|--pull|--exit-code-from|--attach|--no-attach|--build-arg|--podman-args)$/;

/** `podman-compose … up`, `docker compose … up`; undefined for all else. */
export function composeUp(words: readonly string[]): ComposeUp | undefined {
  const rest = behindProgram(words);
  if (rest === undefined) return undefined;
  const given = new Map<string, string[]>();
  let index = 0;
  for (; rest[index]?.startsWith("-"); index += 1) {
    const [name = "", value] = splitOption(rest[index] ?? "");
    if (value === undefined && !VALUED.test(name)) continue;
    const values = given.get(name) ?? [];
    given.set(name, [...values, value ?? rest[index += 1] ?? ""]);
  }
  if (rest[index] !== "up") return undefined;
  const services: string[] = [];
  for (index += 1; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    if (!word.startsWith("-")) services.push(word);
    else if (UP_VALUED.test(word)) index += 1;
  }
  const last = (name: string) => given.get(name)?.at(-1);
  return {
    files: [...given.get("-f") ?? [], ...given.get("--file") ?? []],
    directory: last("--project-directory"),
    project: last("--project-name") ?? last("-p"),
    envFile: last("--env-file"),
    services,
  };
}

/** Undefined where the program is no compose. */
function behindProgram(words: readonly string[]): string[] | undefined {
  const name = words[0]?.replace(/^.*\//, "") ?? "";
  if (/^(podman|docker)-compose$/.test(name)) return words.slice(1);
  if (!/^(podman|docker)$/.test(name)) return undefined;
  const index = words.indexOf("compose");
  const flags = words.slice(1, index);
  return index > 0 && flags.every((word) => word.startsWith("-"))
    ? words.slice(index + 1)
    : undefined;
}

function splitOption(word: string): [string, string?] {
  const found = /^(--[\w-]+)=(.*)$/s.exec(word);
  return found === null ? [word] : [found[1] ?? "", found[2] ?? ""];
}
