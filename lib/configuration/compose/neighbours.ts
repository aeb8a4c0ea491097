import type { Change, Maker } from "../../../journal/plan.ts";
import type { Ports } from "../../port/ports.ts";
import { makerOf, PROJECT_LABEL } from "./labels.ts";
import { usesIn, variableAt } from "./place.ts";
import { type Project, projectOfMaker } from "./project.ts";

/**
 * Another project that reads what is to be changed, as a sentence: the same
 * files under two names, or one `.env` for two projects. The change would move
 * that one as well, the next time that it is brought up. Projects of which no
 * container is there are not known.
 */
export async function sharedWith(
  changes: readonly Change[],
  own: Project,
  maker: Maker | undefined,
  ports: Pick<Ports, "containers" | "files">,
): Promise<string | undefined> {
  const { containers, files } = ports;
  const names = await containers.named(PROJECT_LABEL);
  const found = await Promise.all(names.map((it) => containers.inspect(it)));
  const others = found.flatMap((it) => {
    const other = it && makerOf(it.labels);
    return it === undefined || other === undefined ||
        other.project === (maker?.project ?? own.named)
      ? []
      : [{ container: it.name, maker: other }];
  });
  const read = new Map<string, Project>();
  for (const { container, maker: other } of others) {
    const key = JSON.stringify([other.project, other.files]);
    const project = read.get(key) ?? await projectOfMaker({ files }, other);
    read.set(key, project);
    const file = changes.find((change) => isRead(change, own, project))?.file;
    if (file !== undefined) {
      return `"${file}" is read by the project "${other.project}" as well ("${container}"): a change there moves that one, too`;
    }
  }
  return undefined;
}

function isRead(
  { edits, file }: Change,
  own: Project,
  other: Project,
): boolean {
  if (other.texts.has(file)) return true;
  if (!other.envs.has(file)) return false;
  return edits.some(({ start }) => {
    const name = variableAt({ file, start }, own);
    return name === undefined || usesIn(other, name) > 0;
  });
}
