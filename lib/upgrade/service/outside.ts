import { join } from "@std/path";
import { askOutside, filesOf } from "../../job/outside.ts";
import type { Context, RunContext } from "../../run/context.ts";
import { isBegun } from "../contract.ts";

export const partialOf = ({ outside }: Pick<RunContext["names"], "outside">) =>
  `${outside}.partial`;

/**
 * What the old server reads outside of its data, kept for the jobs: its image
 * may make it again at each start, and its container may be gone. The files may
 * hold secrets, so they lie in the run's own directory, which is root's.
 */
export async function keepOutside({ names, plan, ports }: RunContext) {
  const { files } = ports;
  if (plan.leaves === undefined) return;
  if (await files.look(names.outside) !== undefined) return;
  const { container, superuser } = plan;
  const outside = await askOutside({ container, superuser }, ports);
  if (outside === undefined) {
    throw new Error(
      `The server in "${container}" does not tell what its files outside of the data say`,
    );
  }
  const partial = partialOf(names);
  await files.remove(partial);
  // The image's own user must be able to look into it.
  const open = { uid: 0, gid: 0, mode: 0o755 };
  await files.makeDirectory(partial, open);
  for (const [name, text] of Object.entries(filesOf(outside))) {
    await files.writeText(join(partial, name), text, 0o644);
  }
  await files.rename(partial, names.outside);
}

/** They are to be there until the new cluster has them. */
export async function lacksOutside(
  { names, plan, ports: { files }, state }: Context,
): Promise<boolean> {
  return plan.leaves !== undefined && !isBegun(state, "swap") &&
    await files.look(names.outside) === undefined;
}

export async function forgetOutside({ names, ports: { files } }: RunContext) {
  await files.remove(partialOf(names));
  await files.remove(names.outside);
}
