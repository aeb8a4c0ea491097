import { resolve } from "@std/path";
import { isKnown, joined } from "../edit.ts";
import type { Piece } from "../nix/texts.ts";
import type { RunLine } from "../run_line/run_line.ts";
import type { Project } from "./project.ts";
import { entriesOf, envFilesOf, itemsOf, type Part } from "./sources.ts";
import {
  joinedText,
  namesIn,
  piecesOf,
  readVariables,
  unsetIn,
} from "./variables.ts";
import { at, type Node, textsIn } from "./yaml.ts";

/** What the files say of one service. */
export interface Service {
  readonly name: string;
  readonly containerName: string | undefined;
  /** The Dockerfile that it is built of. */
  readonly build: string | undefined;
  /** The image's name as it stands there, variables and all. */
  readonly written: Written | undefined;
  /** The image's name; undefined where no file says it. */
  readonly image: readonly Piece[] | undefined;
  readonly mounts: readonly ServiceMount[];
  readonly pgdata: string | undefined;
}

interface Written {
  readonly text: string;
  readonly file: string;
  readonly variables: Part["variables"];
}

export interface ServiceMount {
  /** An absolute path, a volume's real name, or undefined: not known. */
  readonly source: string | undefined;
  readonly mountPath: readonly Piece[];
}

/**
 * A path, or the real name of a volume: `PROJECT_NAME`, where the project does
 * not call it otherwise or says that it is none of its own.
 */
function sourceOf(
  source: string,
  { named, roots }: Project,
  { directory, file, variables }: Part,
): string {
  if (/^[.~/]/.test(source)) return resolve(directory, source);
  const said = [...roots.values()].map((root) => at(root, "volumes", source));
  const name = said.map((it) => it && at(it, "name"))
    .findLast((it) => it?.kind === "text");
  if (name?.kind === "text") {
    return joinedText(piecesOf(name, file, variables)) || source;
  }
  const external = said.map((it) => it && at(it, "external"))
    .some((it) => it?.kind === "text" && it.text === "true");
  return external ? source : `${named}_${source}`;
}

/** All of them, by name. */
export function servicesOf(project: Project): readonly Service[] {
  return [...project.services].map(([name, parts]) =>
    merged(name, parts, project)
  );
}

/**
 * The service whose container has that name: by the container's label, its
 * `container_name`, or PROJECT-SERVICE-1. Undefined where there is none, or
 * more than one.
 */
export function serviceOf(
  project: Project,
  container: string,
  label = project.service,
): Service | undefined {
  const found = servicesOf(project).filter(({ containerName, name }) =>
    label !== undefined
      ? name === label
      : containerName !== undefined
      ? containerName === container
      : new RegExp(`[-_]${RegExp.escape(name)}[-_]\\d+$`).test(container)
  );
  return found.length === 1 ? found[0] : undefined;
}

/** Whether its files say which user its container is to have. */
export const saysUser = (
  project: Project | undefined,
  service: string,
): boolean =>
  (project?.services.get(service) ?? []).some(({ node }) =>
    at(node, "user") !== undefined
  );

/** Variables of its services that no file gives a value. */
export function unsetOf(
  project: Project | undefined,
  only?: string,
): readonly string[] {
  const parts = [...project?.services ?? []].flatMap(([name, own]) =>
    only === undefined || name === only ? own : []
  );
  return parts.flatMap((
    { node, variables },
  ) => [...textsIn(node).values()].flatMap((text) => unsetIn(text, variables)));
}

/** Variables that decide on a service: by "$", or passed on by name. */
export function variablesOf(
  project: Project | undefined,
  service: string,
): readonly string[] {
  return (project?.services.get(service) ?? []).flatMap(({ node }) => {
    const environment = at(node, "environment");
    return [
      ...[...textsIn(node).values()].flatMap(namesIn),
      ...entriesOf(environment).flatMap(([name, value]) =>
        value.kind === "other" ? [name] : []
      ),
      ...itemsOf(environment).flatMap((it) =>
        it.kind === "text" && !it.text.includes("=") ? [it.text] : []
      ),
    ];
  }).filter((it) => /^[A-Za-z_]\w*$/.test(it));
}

/** Of those the ones that no file sets, though there is a word for that. */
export const defaultsOf = (
  project: Project | undefined,
  service: string,
): readonly string[] =>
  variablesOf(project, service).filter((name) =>
    !project?.services.get(service)?.some(({ variables }) =>
      variables.has(name)
    )
  );

/** As the unit of a plain `podman run` is read; undefined where it is not. */
export function runLineOfService(service: Service): RunLine | undefined {
  const { image, mounts, name, pgdata } = service;
  if (image === undefined || !isKnown(image)) return undefined;
  return {
    program: "podman",
    image: { text: joined(image), start: -1, end: -1 },
    mounts: mounts.flatMap(({ mountPath, source }) =>
      isKnown(mountPath) && source !== undefined
        ? [{
          source,
          mountPath: joined(mountPath),
          options: [],
          mountPathStart: -1,
          mountPathEnd: -1,
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
  parts: readonly Part[],
  project: Project,
): Service {
  let image: readonly Piece[] | undefined;
  let written: Written | undefined;
  let containerName: string | undefined;
  let build: string | undefined;
  const mounts = new Map<string, ServiceMount>();
  let inFile: string | undefined;
  let pgdata: string | undefined;
  for (const part of parts) {
    const { file, node, variables } = part;
    const pieces = (it: Node | undefined) =>
      it?.kind === "text" ? piecesOf(it, file, variables) : undefined;
    const real = (source: string) => sourceOf(source, project, part);
    const named = at(node, "image");
    image = pieces(named) ?? image;
    if (named?.kind === "text") written = { text: named.text, file, variables };
    const own = pieces(at(node, "container_name"));
    if (own !== undefined) containerName = joinedText(own);
    build = dockerfileOf(part, pieces) ?? build;
    for (const item of itemsOf(at(node, "volumes"))) {
      const mount = mountOf(item, pieces, real);
      if (mount !== undefined) mounts.set(textOf(mount.mountPath), mount);
    }
    for (const path of envFilesOf(part)) {
      const text = project.serviceEnvs.get(path) ?? "";
      const said = readVariables(path, text).get("PGDATA");
      if (said?.kind === "text") inFile = said.text;
    }
    pgdata = pgdataOf(at(node, "environment"), pieces) ?? pgdata;
  }
  return {
    name,
    containerName,
    build,
    written,
    image,
    mounts: [...mounts.values()],
    pgdata: pgdata ?? inFile,
  };
}

/** "DIRECTORY", or `{ context: …, dockerfile: … }`. */
function dockerfileOf(
  { directory, node }: Part,
  pieces: Pieces,
): string | undefined {
  const build = at(node, "build");
  if (build === undefined || build.kind === "other") return undefined;
  const text = (it: Node | undefined) => textOf(pieces(it) ?? []);
  const context = text(build.kind === "map" ? at(build, "context") : build);
  const file = build.kind === "map" ? text(at(build, "dockerfile")) : "";
  return resolve(directory, context || ".", file || "Dockerfile");
}

type Pieces = (node: Node | undefined) => readonly Piece[] | undefined;

/** "SOURCE:INNER[:OPTIONS]", or `{ type: bind, source: …, target: … }`. */
function mountOf(
  item: Node,
  pieces: Pieces,
  real: (source: string) => string,
): ServiceMount | undefined {
  if (item.kind === "map") {
    const mountPath = pieces(at(item, "target"));
    const source = pieces(at(item, "source"));
    return mountPath && {
      mountPath,
      source: source && isKnown(source) ? real(joined(source)) : undefined,
    };
  }
  const fields = split(pieces(item) ?? []);
  const [source, mountPath] = fields;
  if (source === undefined || mountPath === undefined) return undefined;
  return {
    mountPath,
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
