import type { Plan } from "../../../journal/plan.ts";
import type { Switcher } from "./switcher.ts";

/**
 * The configuration names the same image before and after, such as
 * "postgres:17", and what changes is what that name stands for on this host.
 */
export function tagSwitcher({ from, runtime, to }: Plan): Switcher {
  const short = (id: string) => id.slice(0, 12);
  return {
    does: `lets "${to.reference}" stand for ${short(to.id)} (${to.version})`,
    wayBack: `lets it stand for ${short(from.id)} (${from.version}) again`,
    commands: [`${runtime} tag ${short(to.id)} ${to.reference}`],
    apply: ({ ports }) => ports.containers.tag(to.id, to.reference),
    undo: ({ ports }) => ports.containers.tag(from.id, from.reference),
  };
}
