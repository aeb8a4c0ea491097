import { changeOf, type Edit, editOf, isKnown, joined } from "../edit.ts";
import { type EditTarget, isMountAlone, type Placement } from "../target.ts";
import { samePath } from "../would_run.ts";
import { composeByHand, REGISTRIES } from "./advice.ts";
import type { Project } from "./project.ts";
import { type Service, serviceOf, servicesOf } from "./service.ts";
import { namesIn, readVariables, usesOf } from "./variables.ts";
import { textsIn } from "./yaml.ts";

/**
 * Where the files of a compose project name the image of the container's
 * service, and where it mounts the volume.
 */
export function placeCompose(
  target: EditTarget,
  project: Project | undefined,
): Placement {
  const { mount } = target;
  const none = (problem: string, service?: Service): Placement => ({
    kind: "none",
    problem,
    byHand: composeByHand(target, service, project),
  });
  if (project === undefined) {
    return none("The unit's command is no compose that brings services up");
  }
  if (project.problem !== undefined) return none(project.problem);
  const names = [...project.texts.keys()].map((it) => `"${it}"`).join(" and ");
  const service = serviceOf(project, target.container, target.maker?.service);
  if (service === undefined) {
    return none(
      names === ""
        ? `There is no compose file in "${project.directory}"`
        : `Cannot find the service of "${target.container}" in ${names}`,
    );
  }
  const image = imageEdit(target, service, names, project);
  if (typeof image === "string") return none(image, service);
  const edits = image === undefined ? [] : [image];
  if (mount !== undefined) {
    const [move, ...more] = mountEdits(mount, service);
    if (move === undefined || more.length > 0) {
      return none(
        `Cannot find one "${mount.volume}:${mount.fromPath}" in ${names}`,
        service,
      );
    }
    edits.push(move);
  }
  const shared = edits.map((edit) => usedElsewhere(edit, service, project))
    .find((it) => it !== undefined);
  return shared !== undefined ? itsOwn(shared, target, service) : {
    kind: "placed",
    edits,
    found: `the ${
      image === undefined ? "mount" : "image"
    } of the service ${service.name} in ${edits[0]?.file}${
      project.asked.length === 1 ? "" : "; the unit brings up others, too"
    }`,
    added: false,
  };
}

/** What others have as well is left to them. */
function itsOwn(
  problem: string,
  target: EditTarget,
  { name, written }: Service,
): Placement {
  const [image = "", ...more] = composeByHand(target);
  const instead = written && namesIn(written.text).length > 0
    ? ` instead of ${written.text}`
    : "";
  const byHand = [`${image}${instead}, in the service ${name} alone`, ...more];
  return { kind: "none", problem, byHand };
}

/** Undefined where the very image is named already; a phrase: why there is none. */
function imageEdit(
  target: EditTarget,
  service: Service,
  names: string,
  project: Project,
): Edit | string | undefined {
  const { build, image, name } = service;
  const stays = isMountAlone(target);
  if (build !== undefined) {
    // What it is built from does not change.
    if (stays) return undefined;
    return `The service ${name} is built: what is to change is FROM in "${build}"`;
  }
  if (image === undefined || !isKnown(image)) {
    return `Cannot read the image of the service ${name} in ${names}${
      unsetWords(service, project)
    }`;
  }
  const written = joined(image);
  const wanted = asWritten(written, target);
  if (wanted === undefined) {
    return `The service ${name} names ${written}, not ${target.from.image}, which runs${
      unsetWords(service, project)
    }`;
  }
  if (stays) return undefined;
  const change = changeOf(image, wanted);
  return change === undefined
    ? `Cannot find the one value that makes the version of ${written} in ${names}`
    : editOf(change);
}

/** A shell that is gone may have set what no file does. */
function unsetWords(
  { written }: Service,
  { variablesFile }: Project,
): string {
  const unset = [...new Set(namesIn(written?.text ?? ""))]
    .filter((it) => !written?.variables.has(it));
  return unset.length === 0
    ? ""
    : `: ${
      unset.join(" and ")
    } is set in no file. Write it into "${variablesFile}", as it was when the project was brought up`;
}

function asWritten(
  written: string,
  { from, to }: EditTarget,
): string | undefined {
  for (const registry of REGISTRIES) {
    if (`${registry}${written}` !== from.image) continue;
    return to.image.startsWith(registry)
      ? to.image.slice(registry.length)
      : to.image;
  }
  return undefined;
}

function mountEdits(
  { fromPath, toPath, volume }: NonNullable<EditTarget["mount"]>,
  { mounts }: Service,
): Edit[] {
  return mounts.flatMap(({ mountPath, source }) => {
    const isOurs = source !== undefined && samePath(source, volume) &&
      isKnown(mountPath) && samePath(joined(mountPath), fromPath);
    const change = isOurs && isKnown(mountPath)
      ? changeOf(mountPath, toPath)
      : undefined;
    return change === undefined ? [] : [editOf(change)];
  });
}

/**
 * What stands in one place may decide on more than this: a variable, or a value
 * that other services have by an anchor or extend.
 */
function usedElsewhere(
  edit: Edit,
  service: Service,
  project: Project,
): string | undefined {
  const name = variableAt(edit, project);
  if (name !== undefined && usesIn(project, name) !== 1) {
    return `${name} in "${edit.file}" decides on more than this image`;
  }
  const others = servicesOf(project).filter((other) =>
    other.name !== service.name &&
    placesOf(other).some((piece) =>
      piece.file === edit.file && piece.start === edit.start
    )
  ).map(({ name }) => name);
  return others.length === 0
    ? undefined
    : `"${edit.old}" in "${edit.file}" is said there of ${
      others.join(" and ")
    } as well`;
}

/** What its image and its mounts are made of. */
const placesOf = ({ image = [], mounts }: Service) =>
  [...image, ...mounts.flatMap(({ mountPath }) => mountPath)]
    .filter((piece) => piece.kind === "text");

/** The variable whose value stands there; undefined where it is no such file. */
export function variableAt(
  { file, start }: Pick<Edit, "file" | "start">,
  { envs }: Project,
): string | undefined {
  const text = envs.get(file);
  if (text === undefined) return undefined;
  const [name] =
    [...readVariables(file, text)].find(([, it]) =>
      it.kind === "text" && it.start === start
    ) ?? [];
  return name;
}

/** How often its files take that variable's value. */
export function usesIn({ roots }: Project, name: string): number {
  return [...roots.values()]
    .flatMap((root) => [...textsIn(root).values()])
    .reduce((sum, it) => sum + usesOf(it, name), 0);
}
