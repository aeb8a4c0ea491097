import { dirname, join, resolve } from "@std/path";
import type { Maker } from "../../../journal/plan.ts";
import type { Ports } from "../../port/ports.ts";
import { composeUp } from "./command.ts";
import { envsOf, filesGiven, settingsIn, withEnvAbove } from "./env_files.ts";
import { nameOfDirectory, readSources, type Sources } from "./sources.ts";
import type { Piece } from "../nix/texts.ts";
import { readVariables, type Variables } from "./variables.ts";

/** A compose project, as its files say it. */
export interface Project extends Sources {
  /** What the names of its volumes begin with. */
  readonly named: string;
  /** Where relative paths begin. */
  readonly directory: string;
  /** Where a variable is to be written that no file sets. */
  readonly variablesFile: string;
  /** Those that `up` names; none: all of them. */
  readonly asked: readonly string[];
  /** The container's own service, where its labels say it. */
  readonly service?: string;
}

/** compose-spec, "Compose file"; podman-compose(1) has the same. */
const NAMES = [
  ["compose.yaml", "compose.override.yaml"],
  ["compose.yml", "compose.override.yml"],
  ["podman-compose.yaml", "podman-compose.override.yaml"],
  ["podman-compose.yml", "podman-compose.override.yml"],
  ["docker-compose.yaml", "docker-compose.override.yaml"],
  ["docker-compose.yml", "docker-compose.override.yml"],
] as const;

/** The project that a unit brings up; undefined where it is none. */
export async function projectOf(
  { files, units }: Pick<Ports, "files" | "units">,
  unit: string,
): Promise<Project | undefined> {
  const up = (await units.commands(unit)).map(composeUp)
    .find((it) => it !== undefined);
  if (up === undefined) return undefined;
  const shown = (await units.show([unit])).get(unit);
  if (shown === undefined) return undefined;
  const home = shown.directory || "/";
  const [first] = up.files;
  const near = resolve(
    home,
    up.directory ?? (first === undefined ? "." : dirname(first)),
  );
  const env = resolve(home, up.envFile ?? join(near, ".env"));
  const set = await variablesOf(unit, env, { files, units });
  const inEnv = await settingsIn(env, files);
  const given = (name: string) => textIn(set, name) ?? inEnv(name);
  const listed = up.files.length > 0
    ? up.files.map((path) => resolve(home, path))
    : filesGiven(given, home);
  const paths = listed.length > 0 ? listed : await usualIn(near, files);
  const directory = up.directory === undefined
    ? dirname(paths[0] ?? join(near, "none"))
    : near;
  const envFiles = up.envFile === undefined ? envsOf(env, directory) : [env];
  const sources = await readSources(files, paths, { directory, envFiles, set });
  return {
    ...own(sources),
    named: up.project ?? given("COMPOSE_PROJECT_NAME") ??
      (await settingsIn(envFiles[0] ?? env, files))("COMPOSE_PROJECT_NAME") ??
      sources.name ?? nameOfDirectory(directory),
    directory,
    variablesFile: env,
    asked: up.services,
  };
}

/** The project that a person brings up who stands in a directory. */
export async function projectIn(
  home: string,
  { files }: Pick<Ports, "files">,
): Promise<Project & { readonly paths: readonly string[] } | undefined> {
  const env = join(home, ".env");
  const given = await settingsIn(env, files);
  const listed = filesGiven(given, home);
  const paths = listed.length > 0 ? listed : await usualIn(home, files);
  const [first] = paths;
  if (first === undefined) return undefined;
  const directory = dirname(first);
  const envFiles = envsOf(env, directory);
  const sources = await readSources(files, paths, { directory, envFiles });
  return {
    ...own(sources),
    paths,
    named: given("COMPOSE_PROJECT_NAME") ??
      (await settingsIn(envFiles[0] ?? env, files))("COMPOSE_PROJECT_NAME") ??
      sources.name ?? nameOfDirectory(directory),
    directory,
    variablesFile: env,
    asked: [],
  };
}

/**
 * What the unit itself sets counts before what stands in `.env`; nothing of it
 * can be changed here, but where the unit reads that very file.
 */
async function variablesOf(
  unit: string,
  env: string,
  { files, units }: Pick<Ports, "files" | "units">,
): Promise<Variables> {
  const said = await units.environment(unit);
  const found = new Map<string, Piece>();
  const unchangeable = { file: "", start: -1, end: -1, digits: false };
  for (const [name, text] of Object.entries(said.variables)) {
    found.set(name, { kind: "text", text, ...unchangeable });
  }
  for (const path of said.files) {
    const text = await files.readText(path);
    for (const [name, piece] of readVariables(path, text ?? "")) {
      found.set(
        name,
        piece.kind === "text" && path !== env
          ? { ...piece, ...unchangeable }
          : piece,
      );
    }
  }
  return found;
}

const textIn = (variables: Variables, name: string) => {
  const piece = variables.get(name);
  return piece?.kind === "text" && piece.text !== "" ? piece.text : undefined;
};

/** The files that compose takes where none is named. */
async function usualIn(
  directory: string,
  files: Ports["files"],
): Promise<readonly string[]> {
  for (const pair of NAMES) {
    const [main, more] = pair.map((name) => join(directory, name));
    if (main === undefined || await files.look(main) === undefined) continue;
    return more !== undefined && await files.look(more) !== undefined
      ? [main, more]
      : [main];
  }
  return [];
}

/** The project that made a container, by its labels. */
export async function projectOfMaker(
  { files }: Pick<Ports, "files">,
  maker: Maker,
): Promise<Project> {
  const { directory, files: paths, project, service } = maker;
  const { envFiles } = await withEnvAbove(maker, files);
  const beside = join(directory, ".env");
  const sources = await readSources(files, paths, {
    directory,
    envFiles: envFiles.length > 0 ? envFiles : [beside],
  });
  return {
    ...own(sources),
    named: project,
    directory,
    variablesFile: envFiles.at(-1) ?? beside,
    asked: [service],
    service,
  };
}

const own = (
  { envs, name, problem, roots, serviceEnvs, services, texts }: Sources,
): Sources => ({ envs, name, problem, roots, serviceEnvs, services, texts });
