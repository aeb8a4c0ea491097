import type { Image, Plan, Switch } from "../../../journal/plan.ts";
import type { Context } from "../../run/context.ts";
import { run } from "./command.ts";
import {
  changeLines,
  filesOf,
  holdsChanges,
  writeChanges,
  writtenWords,
} from "./file_changes.ts";
import type { Switcher } from "./switcher.ts";

type Compose = Extract<Switch, { kind: "compose" }>;

/**
 * Changes the values in the compose file, or in the file of its variables.
 * Compose reads them whenever the unit starts: there is nothing to load. Where
 * no unit starts it the project's own tool makes the container again, on the
 * way back as well: it removes the one that stands there, whatever its name,
 * and of the same files it makes the same one.
 */
export function composeSwitcher(
  plan: Plan,
  { changes, rebuild }: Compose,
): Switcher {
  const names = filesOf(changes);
  const written = writtenWords(plan, names);
  const write = async (context: Context, direction: "apply" | "undo") => {
    await writeChanges(context, changes, { direction, load: rebuild });
    if (rebuild === undefined) return;
    await nameImage(direction === "apply" ? plan.to : plan.from, context);
    await run(context, { command: rebuild, direction });
  };
  return {
    does: rebuild === undefined
      ? `${written}, which ${plan.unit} reads`
      : `${written}, and has compose make "${plan.container}" of it`,
    wayBack: rebuild === undefined
      ? `puts the bytes of ${names} back`
      : `puts the bytes of ${names} back, and has compose make the old container of them again`,
    commands: [
      ...changeLines(changes),
      ...rebuild === undefined ? [] : [rebuild],
    ],
    apply: (context) => write(context, "apply"),
    undo: (context) => write(context, "undo"),
    isWritten: ({ ports }) => holdsChanges(ports, changes),
  };
}

/** The name may stand for nothing by now, or for an image pulled since. */
async function nameImage(
  { id, reference, version }: Image,
  { ports: { containers, host } }: Context,
) {
  if (reference.includes("@")) return;
  const named = (await containers.image(reference))?.id;
  if (named === id) return;
  if (named !== undefined) {
    host.say(
      `"${reference}" stood for ${short(named)} by now; it stands for ${
        short(id)
      } (${version}) again, which the plan is about`,
    );
  }
  await containers.tag(id, reference);
}

const short = (id: string) => id.slice(0, 12);
