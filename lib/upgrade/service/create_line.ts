import { quoted } from "../../base/shell.ts";
import type { Description, ImageConfig } from "./description.ts";
import {
  many,
  moved,
  one,
  optionsOf,
  type Otherwise,
} from "./create_options.ts";

/**
 * The words that make a container again as `inspect` describes it: podman keeps
 * those that made it, docker's are put together from what it was given beside
 * what its image says already.
 */

/** How a password stands in a description. */
export const MASKED = "=…";

/** Whole lines of shell; each further one connects it to a further network. */
export function createLines(
  described: Description,
  image: ImageConfig,
  otherwise: Otherwise,
): string[] {
  const made = wordsThatMade(described, otherwise);
  const { program } = otherwise;
  const { first, further } = networksOf(described, otherwise);
  const words = made ?? [
    ...optionsOf(described, image, otherwise),
    ...first,
    ...imageAndBehind(described, image, otherwise),
  ];
  const { kept, secrets } = withoutSecrets(words, otherwise);
  return [
    [...secrets, program, "create", ...kept.map(quoted)].join(" "),
    ...made === undefined ? further : [],
  ];
}

/** Podman's own record of the command, but for what only that once was of use. */
function wordsThatMade(
  { Config: { CreateCommand } }: Description,
  otherwise: Otherwise,
): string[] | undefined {
  const words = CreateCommand ?? [];
  const verb = words.findIndex((word) => /^(run|create)$/.test(word));
  const { image: [from, to] } = otherwise;
  const at = words.findIndex((word, index) =>
    index > verb && (word === from || from.endsWith(`/${word}`))
  );
  if (!/(^|\/)podman$/.test(words[0] ?? "") || verb < 0 || at < 0) {
    return undefined;
  }
  const options: string[] = [];
  for (let index = verb + 1; index < at; index += 1) {
    const word = words[index] ?? "";
    if (/^(-d|--detach|--replace|--rm)(=true)?$/.test(word)) continue;
    if (/^--(cidfile|conmon-pidfile|restart|sdnotify)(=|$)/.test(word)) {
      if (!word.includes("=")) index += 1;
      continue;
    }
    if (isOldPgdata(word, otherwise)) {
      // It may be a word of its own behind its option.
      if (word.startsWith("PGDATA=")) options.pop();
      continue;
    }
    options.push(moved(word, otherwise));
  }
  const { restart } = otherwise;
  return [
    ...options,
    ...restart === "no" ? [] : ["--restart", restart],
    to,
    ...words.slice(at + 1),
  ];
}

/** The next version has its data elsewhere, and no place is said for them. */
function isOldPgdata(word: string, { pgdata: [from, to] }: Otherwise) {
  const [, said] = /^(?:--env=|-e)?PGDATA=(.*)$/s.exec(word) ?? [];
  return from !== to && said === from;
}

/** The one it is made in, and lines for those that it joins after. */
function networksOf(
  { HostConfig: { NetworkMode }, Id, NetworkSettings }: Description,
  { name, program }: Otherwise,
) {
  const all = NetworkSettings?.Networks ?? {};
  const mode = NetworkMode ?? "default";
  const words = (network: string, alias: string) => {
    const { Aliases, IPAMConfig } = all[network] ?? {};
    const aliases = (Aliases ?? [])
      .filter((it) => it !== name && !Id.startsWith(it));
    return [
      ...many(alias, aliases),
      ...one("--ip", IPAMConfig?.IPv4Address),
      ...one("--ip6", IPAMConfig?.IPv6Address),
    ];
  };
  const isUsual = /^(default|bridge|)$/.test(mode);
  return {
    first: isUsual
      ? []
      : ["--network", mode, ...words(mode, "--network-alias")],
    further: Object.keys(all)
      .filter((it) => it !== mode && !(isUsual && it === "bridge"))
      .map((it) =>
        [program, "network", "connect", ...words(it, "--alias"), it, name]
          .map(quoted).join(" ")
      ),
  };
}

function imageAndBehind(
  { Config: own }: Description,
  { Config: its }: ImageConfig,
  { image: [, to] }: Otherwise,
): string[] {
  const list = (words: typeof own.Entrypoint) =>
    typeof words === "string" ? [words] : words ?? [];
  const [entry, ...behind] = list(own.Entrypoint);
  const isSame = JSON.stringify(list(own.Entrypoint)) ===
    JSON.stringify(list(its.Entrypoint));
  const cmd = own.Cmd ?? [];
  const isUsual = JSON.stringify(cmd) === JSON.stringify(its.Cmd ?? []);
  return [
    ...isSame || entry === undefined ? [] : ["--entrypoint", entry],
    to,
    ...isSame ? [] : behind,
    ...isSame && isUsual ? [] : cmd,
  ];
}

/**
 * A password is neither shown nor put into a command's words: the shell takes
 * it from the container that has it into the environment of the one command.
 */
function withoutSecrets(
  words: readonly string[],
  { program, secretsIn, variables }: Otherwise,
): { kept: string[]; secrets: string[] } {
  const kept: string[] = [];
  const secrets: string[] = [];
  for (const word of words) {
    const [, option = "", old = "", value] =
      /^(--env=|-e)?([^=]*)(=.*)?$/s.exec(word) ?? [];
    const isOwn = option !== "" || /^(-e|--env)$/.test(kept.at(-1) ?? "");
    const name = isOwn ? variables.get(old) ?? old : old;
    const isSecret = word.endsWith(MASKED);
    // Where nobody knows it any more its option goes with it.
    const isLost = isSecret &&
      (secretsIn === undefined || !/^[A-Za-z_]\w*$/.test(name));
    if (name === "" && old !== "" || isLost) {
      if (option === "") kept.pop();
      continue;
    }
    if (!isSecret || secretsIn === undefined) {
      kept.push(name === old ? word : `${option}${name}${value ?? ""}`);
      continue;
    }
    const asked = [program, "inspect", "--format", ENV, secretsIn].map(quoted);
    secrets.push(`${name}="$(${asked.join(" ")} | sed -n 's/^${old}=//p')"`);
    kept.push(option + name);
  }
  return { kept, secrets };
}

const ENV = "{{range .Config.Env}}{{println .}}{{end}}";
