import { changeOf, type Edit, editOf, isKnown, joined } from "../edit.ts";
import type { Placement, Wish } from "../target.ts";
import { samePath } from "../would_run.ts";
import { type Project, type Service, serviceOf } from "./project.ts";
import { readVariables, usesOf } from "./variables.ts";

/**
 * Where the files of a compose project name the image of the container's
 * service, and where it mounts the volume.
 */
export function placeCompose(
  wish: Wish,
  project: Project | undefined,
): Placement {
  const byHand = [`image: ${wish.to.image}`];
  const { mount } = wish;
  if (mount !== undefined) {
    byHand.push(`"${mount.volume}:${mount.toInner}" among its volumes`);
  }
  const none = (problem: string): Placement => ({
    kind: "none",
    problem,
    byHand,
  });
  if (project === undefined) {
    return none("The unit's command is no compose that brings services up");
  }
  const names = [...project.texts.keys()].map((it) => `"${it}"`).join(" and ");
  const service = serviceOf(project, wish.container);
  if (service === undefined) {
    return none(
      names === ""
        ? `There is no compose file in "${project.directory}"`
        : `Cannot find the service of "${wish.container}" in ${names}`,
    );
  }
  const image = imageEdit(wish, service, names);
  if (typeof image === "string") return none(image);
  const edits = [image];
  if (mount !== undefined) {
    const [move, ...more] = mountEdits(mount, service);
    if (move === undefined || more.length > 0) {
      return none(
        `Cannot find one "${mount.volume}:${mount.fromInner}" in ${names}`,
      );
    }
    edits.push(move);
  }
  const shared = edits.map((edit) => usedElsewhere(edit, project))
    .find((it) => it !== undefined);
  return shared !== undefined ? none(shared) : {
    kind: "placed",
    edits,
    found: `the image of the service ${service.name} in ${image.file}${
      project.services.length === 1 ? "" : "; the unit brings up others, too"
    }`,
    added: false,
  };
}

function imageEdit(wish: Wish, service: Service, names: string) {
  const { image, name } = service;
  if (image === undefined || !isKnown(image)) {
    return `Cannot read the image of the service ${name} in ${names}`;
  }
  const named = joined(image);
  if (named !== wish.from.image) {
    return `The service ${name} names ${named}, not ${wish.from.image}, which runs`;
  }
  const change = changeOf(image, wish.to.image);
  return change === undefined
    ? `Cannot find the one value that makes the version of ${named} in ${names}`
    : editOf(change);
}

function mountEdits(
  { fromInner, toInner, volume }: NonNullable<Wish["mount"]>,
  { mounts }: Service,
): Edit[] {
  return mounts.flatMap(({ inner, source }) => {
    const isOurs = source !== undefined && samePath(source, volume) &&
      isKnown(inner) && samePath(joined(inner), fromInner);
    const change = isOurs && isKnown(inner)
      ? changeOf(inner, toInner)
      : undefined;
    return change === undefined ? [] : [editOf(change)];
  });
}

/** A variable that is used in more than one place decides on more than this. */
function usedElsewhere(
  edit: Edit,
  { env, texts }: Project,
): string | undefined {
  if (env === undefined || edit.file !== env.file) return undefined;
  const [name = ""] =
    [...readVariables(env.file, env.text)].find(([, it]) =>
      it.kind === "text" && it.start === edit.start
    ) ?? [];
  const uses = [...texts.values()]
    .reduce((sum, text) => sum + usesOf(text, name), 0);
  return uses === 1
    ? undefined
    : `${name} in "${env.file}" decides on more than this image`;
}
