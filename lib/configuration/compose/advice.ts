import { type EditTarget, isMountAlone } from "../target.ts";
import type { Change } from "../../../journal/plan.ts";
import { applyEdits } from "../edit.ts";
import type { Project } from "./project.ts";
import type { Service } from "./service.ts";
import { Template } from "./variables.ts";

/** What a person would write, in the shape that stands there. */
export function composeByHand(
  target: EditTarget,
  service?: Service,
  project?: Project,
): string[] {
  const { mount } = target;
  return [
    ...isMountAlone(target) ? [] : [imageByHand(target, service, project)],
    ...mount === undefined
      ? []
      : [`"${mount.volume}:${mount.toPath}" among its volumes`],
  ];
}

/** Podman tells the whole name of what a file may call by a short one. */
export const REGISTRIES = ["", "docker.io/library/", "docker.io/"];

function imageByHand(
  { to }: EditTarget,
  service: Service | undefined,
  project: Project | undefined,
): string {
  const plain = `image: ${to.image}`;
  if (service?.build !== undefined) {
    const major = /:(\d+)/.exec(to.image)?.[1];
    const version = major === undefined
      ? "the new version"
      : `PostgreSQL ${major}`;
    return `FROM ${version} in "${service.build}", then build ${to.image} of it`;
  }
  const { written } = service ?? {};
  if (written === undefined || project === undefined) return plain;
  const { file, text, variables } = written;
  const [only, ...more] = new Template(text).references();
  if (only === undefined) return plain;
  const [before, behind] = [text.slice(0, only.start), text.slice(only.end)];
  const value = more.length > 0
    ? undefined
    : REGISTRIES.filter((it) => to.image.startsWith(it))
      .map((it) => to.image.slice(it.length))
      .find((it) =>
        it.length > before.length + behind.length &&
        it.startsWith(before) && it.endsWith(behind)
      )?.slice(before.length, behind.length === 0 ? undefined : -behind.length);
  if (value === undefined) return `${plain} instead of ${text} in "${file}"`;
  const known = variables.get(only.name);
  return known?.kind === "text" && known.file === ""
    ? `${only.name}=${value} where the unit sets it`
    : `${only.name}=${value} in "${
      known?.kind === "text" ? known.file : project.variablesFile
    }"`;
}

const LINE_MAX = 120;

/** The lines that hold the changes, as they would be then. */
export function linesOf(
  changes: readonly Change[],
  texts: ReadonlyMap<string, string>,
): string[] {
  return changes.flatMap(({ edits, file }) => {
    const text = texts.get(file) ?? "";
    const lines = Map.groupBy(
      edits,
      ({ start }) => text.lastIndexOf("\n", start - 1) + 1,
    );
    return [...lines].map(([from, own]) => {
      const end = text.indexOf("\n", from);
      const line = applyEdits(
        text.slice(from, end < 0 ? undefined : end),
        own.map((it) => ({
          ...it,
          start: it.start - from,
          end: it.end - from,
        })),
      ).trim();
      const said = line.length > LINE_MAX
        ? own.map((it) => `"${it.old}" → "${it.new}"`).join(", ")
        : line;
      return `${said} in "${file}"`;
    });
  });
}
