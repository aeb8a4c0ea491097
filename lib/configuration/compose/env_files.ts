import { dirname, join, resolve } from "@std/path";
import type { Maker } from "../../../journal/plan.ts";
import type { Ports } from "../../port/ports.ts";
import { makerOf } from "./labels.ts";
import { readVariables } from "./variables.ts";

/**
 * Docker's compose reads first the `.env` of where it is typed. COMPOSE_FILE may
 * stand there and name files elsewhere; then the `.env` beside the first of them
 * says what the other one does not (tried with 2.26.1). Where files are named by
 * `-f`, only the second one is read.
 */

/** What a file of variables says to compose itself. */
export async function settingsIn(
  path: string,
  files: Ports["files"],
): Promise<(name: string) => string | undefined> {
  const variables = readVariables(path, await files.readText(path) ?? "");
  return (name) => {
    const piece = variables.get(name);
    return piece?.kind === "text" && piece.text !== "" ? piece.text : undefined;
  };
}

/** The files that COMPOSE_FILE names; none where it is not set. */
export function filesGiven(
  given: (name: string) => string | undefined,
  directory: string,
): readonly string[] {
  return (given("COMPOSE_FILE") ?? "")
    .split(given("COMPOSE_PATH_SEPARATOR") || ":")
    .filter((it) => it !== "")
    .map((path) => resolve(directory, path));
}

/** Both, the one that counts behind the other. */
export function envsOf(first: string, directory: string): readonly string[] {
  const own = join(directory, ".env");
  return own === first ? [own] : [own, first];
}

/** As its labels say it, and what they leave out. */
export async function makerWithEnv(
  labels: Readonly<Record<string, string>>,
  { files }: Pick<Ports, "files">,
): Promise<Maker | undefined> {
  const maker = makerOf(labels);
  return maker && await withEnvAbove(maker, files);
}

/**
 * Labels do not tell where it was typed: it was in a directory above whose
 * `.env` names these very files. They are then named as `--env-file` names them.
 */
export async function withEnvAbove(
  maker: Maker,
  files: Ports["files"],
): Promise<Maker> {
  const { directory, envFiles, files: paths, tool } = maker;
  if (tool !== "docker compose" || envFiles.length > 0) return maker;
  for (let place = directory; dirname(place) !== place;) {
    place = dirname(place);
    const env = join(place, ".env");
    const named = filesGiven(await settingsIn(env, files), place);
    if (named.length === 0 || named.join("\n") !== paths.join("\n")) continue;
    const there: string[] = [];
    for (const path of envsOf(env, directory)) {
      if (await files.look(path) !== undefined) there.push(path);
    }
    return { ...maker, envFiles: there };
  }
  return maker;
}
