import { readJson } from "../base/json.ts";
import { EMPTY } from "../../journal/fold.ts";
import { PlanSchema } from "../../journal/plan.ts";
import { contextOf, type RunContext } from "../run/context.ts";
import { RUN_LABEL } from "../run/paths.ts";
import { PortError, type Ports } from "../port/ports.ts";
import { prepare } from "../upgrade/step/prepare.ts";
import { placesOf } from "../run/rehearsal_paths.ts";

/** From here on whatever a rehearsal leaves can be found and removed. */
export async function announce({ plan, ports: { files } }: RunContext) {
  const places = placesOf(plan.volume.path);
  await files.makeDirectory(places.path);
  await files.writeText(places.plan, JSON.stringify(plan));
  // Readable for the image's own user; the directory above is not.
  const open = { uid: 0, gid: 0, mode: 0o755 };
  await files.makeDirectory(places.lease, open);
}

/** A rehearsal is at work, or was interrupted. */
export async function hasTraces(volume: string, { files }: Ports) {
  return await files.look(placesOf(volume).path) !== undefined;
}

/**
 * Removes all that a rehearsal has made but for its record, however it ended.
 * May be done twice: what names the rest goes last.
 */
export async function removeTraces(volume: string, ports: Ports) {
  const { containers, files } = ports;
  const places = placesOf(volume);
  const plan = readJson(PlanSchema, await files.readText(places.plan));
  if (plan.success) {
    const { run } = plan.output;
    for (const name of await containers.named(RUN_LABEL, run)) {
      await containers.remove(name);
    }
    const context = contextOf(plan.output, ports);
    await prepare(context).undo({ ...context, state: EMPTY });
    const [left] = await containers.named(RUN_LABEL, run);
    if (left !== undefined) {
      throw new PortError(
        `The container "${left}" is still there after its removal`,
      );
    }
  }
  await files.remove(places.path);
}
