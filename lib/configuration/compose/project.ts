import { basename, dirname, join, resolve } from "@std/path";
import { isKnown, joined } from "../edit.ts";
import type { Piece } from "../nix/resolve.ts";
import type { Ports } from "../../port/ports.ts";
import type { RunLine } from "../run_line/run_line.ts";
import { composeUp } from "./command.ts";
import { piecesOf, readVariables, type Variables } from "./variables.ts";
import { at, type Node, readYaml, YamlError } from "./yaml.ts";

/** The files of a compose project, in the order in which they are read. */
export interface Project {
  /** What the names of its volumes begin with. */
  readonly name: string;
  /** Where relative paths begin. */
  readonly directory: string;
  readonly texts: ReadonlyMap<string, string>;
  /** The file of the variables, and what it holds. */
  readonly env: { readonly file: string; readonly text: string } | undefined;
  /** Those that `up` names; none: all of them. */
  readonly services: readonly string[];
}

/** What the files say of one service. */
export interface Service {
  readonly name: string;
  /** The image's name; undefined where no file says it. */
  readonly image: readonly Piece[] | undefined;
  readonly mounts: readonly ServiceMount[];
  readonly pgdata: string | undefined;
}

export interface ServiceMount {
  /** An absolute path, a volume's real name, or undefined: not known. */
  readonly source: string | undefined;
  readonly inner: readonly Piece[];
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
  let home = "/";
  for (const file of [shown.fragment, ...shown.dropIns]) {
    const text = file === "" ? undefined : await files.readText(file);
    const said = /^\s*WorkingDirectory\s*=\s*[-~]?(\/.*?)\s*$/m.exec(
      text ?? "",
    );
    home = said?.[1] ?? home;
  }
  const texts = new Map<string, string>();
  const read = async (path: string) => {
    const text = await files.readText(path);
    if (text !== undefined) texts.set(path, text);
    return text !== undefined;
  };
  for (const file of up.files) await read(resolve(home, file));
  for (const [main, more] of up.files.length > 0 ? [] : NAMES) {
    if (!await read(join(home, main))) continue;
    await read(join(home, more));
    break;
  }
  const [first = join(home, "none")] = texts.keys();
  const directory = resolve(home, up.directory ?? dirname(first));
  const file = resolve(home, up.envFile ?? join(directory, ".env"));
  const text = await files.readText(file);
  return {
    name: up.project ?? nameOf(texts.values(), directory),
    directory,
    texts,
    env: text === undefined ? undefined : { file, text },
    services: up.services,
  };
}

/** compose-spec, "Version and name": it says so itself, or its directory does. */
function nameOf(texts: Iterable<string>, directory: string): string {
  const said = [...texts].map((text) =>
    /^name:\s*["']?([\w-]+)/m.exec(text)?.[1]
  )
    .findLast((it) => it !== undefined);
  return said ?? basename(directory).toLowerCase().replace(/[^a-z0-9_-]/g, "");
}

/**
 * A path, or the real name of a volume: `PROJECT_NAME`, where the project does
 * not call it otherwise or says that it is none of its own.
 */
function sourceOf(source: string, project: Project, files: readonly Node[]) {
  if (/^[.~/]/.test(source)) return resolve(project.directory, source);
  const said = files.map((file) => at(file, "volumes", source));
  const name = said.map((it) => it && at(it, "name"))
    .findLast((it) => it?.kind === "text");
  if (name?.kind === "text") return name.text;
  const external = said.map((it) => it && at(it, "external"))
    .some((it) => it?.kind === "text" && it.text === "true");
  return external ? source : `${project.name}_${source}`;
}

/**
 * The service whose container has that name: by `container_name`, or
 * PROJECT-SERVICE-1. Undefined where there is none, or where it cannot be read.
 */
export function serviceOf(
  project: Project,
  container: string,
): Service | undefined {
  const { env, texts } = project;
  const variables = env === undefined
    ? new Map()
    : readVariables(env.file, env.text);
  const named = new Map<string, { file: string; node: Node }[]>();
  const roots: Node[] = [];
  try {
    for (const [file, text] of texts) {
      const root = readYaml(text);
      roots.push(root);
      const services = at(root, "services");
      for (const { key, value } of entriesOf(services)) {
        const known = named.get(key) ?? [];
        named.set(key, [...known, { file, node: value }]);
      }
    }
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
  const real = (source: string) => sourceOf(source, project, roots);
  const found = [...named].map(([name, parts]) => {
    const own = parts.map(({ node }) => at(node, "container_name"))
      .findLast((it) => it?.kind === "text");
    return {
      fits: own?.kind === "text"
        ? own.text === container
        : new RegExp(`[-_]${RegExp.escape(name)}[-_]\\d+$`).test(container),
      service: merged(name, parts, real, variables),
    };
  }).filter(({ fits }) => fits);
  return found.length === 1 ? found[0]?.service : undefined;
}

/** As the unit of a plain `podman run` is read; undefined where it is not. */
export function runLineOfService(service: Service): RunLine | undefined {
  const { image, mounts, name, pgdata } = service;
  if (image === undefined || !isKnown(image)) return undefined;
  return {
    program: "podman",
    image: { text: joined(image), start: -1, end: -1 },
    mounts: mounts.flatMap(({ inner, source }) =>
      isKnown(inner) && source !== undefined
        ? [{
          source,
          inner: joined(inner),
          options: [],
          innerStart: -1,
          innerEnd: -1,
        }]
        : []
    ),
    env: pgdata === undefined ? {} : { PGDATA: pgdata },
    envFiles: [],
    name,
  };
}

/** What a later file says of a service takes the place of what was said. */
function merged(
  name: string,
  parts: readonly { file: string; node: Node }[],
  real: (source: string) => string,
  variables: Variables,
): Service {
  let image: readonly Piece[] | undefined;
  const mounts = new Map<string, ServiceMount>();
  let pgdata: string | undefined;
  for (const { file, node } of parts) {
    const pieces = (it: Node | undefined) =>
      it?.kind === "text" ? piecesOf(it, file, variables) : undefined;
    image = pieces(at(node, "image")) ?? image;
    for (const item of itemsOf(at(node, "volumes"))) {
      const mount = mountOf(item, pieces, real);
      if (mount !== undefined) mounts.set(textOf(mount.inner), mount);
    }
    pgdata = pgdataOf(at(node, "environment"), pieces) ?? pgdata;
  }
  return { name, image, mounts: [...mounts.values()], pgdata };
}

type Pieces = (node: Node | undefined) => readonly Piece[] | undefined;

/** "SOURCE:INNER[:OPTIONS]", or `{ type: bind, source: …, target: … }`. */
function mountOf(
  item: Node,
  pieces: Pieces,
  real: (source: string) => string,
): ServiceMount | undefined {
  if (item.kind === "map") {
    const inner = pieces(at(item, "target"));
    const source = pieces(at(item, "source"));
    return inner && {
      inner,
      source: source && isKnown(source) ? real(joined(source)) : undefined,
    };
  }
  const fields = split(pieces(item) ?? []);
  const [source, inner] = fields;
  if (source === undefined || inner === undefined) return undefined;
  return {
    inner,
    source: isKnown(source) ? real(joined(source)) : undefined,
  };
}

/** At the colons, each part with its own place. */
function split(pieces: readonly Piece[]): Piece[][] {
  const fields: Piece[][] = [[]];
  for (const piece of pieces) {
    if (piece.kind !== "text") {
      fields.at(-1)?.push(piece);
      continue;
    }
    let from = 0;
    for (const [index, part] of piece.text.split(":").entries()) {
      if (index > 0) fields.push([]);
      const start = piece.start < 0 ? -1 : piece.start + from;
      const end = piece.start < 0 ? -1 : start + part.length;
      if (part !== "") {
        fields.at(-1)?.push({ ...piece, text: part, start, end });
      }
      from += part.length + 1;
    }
  }
  return fields;
}

/** A map of names and values, or a list of NAME=VALUE. */
function pgdataOf(
  node: Node | undefined,
  pieces: Pieces,
): string | undefined {
  const mapped = node && textOf(pieces(at(node, "PGDATA")) ?? []);
  if (mapped) return mapped;
  return itemsOf(node).map((item) => textOf(pieces(item) ?? []))
    .map((text) => /^PGDATA=(.+)$/s.exec(text)?.[1])
    .findLast((it) => it !== undefined);
}

function textOf(pieces: readonly Piece[]): string {
  return isKnown(pieces) ? joined(pieces) : "";
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === "list" ? node.items : [];
}

function entriesOf(node: Node | undefined) {
  return node?.kind === "map" ? node.entries : [];
}
