import { scriptAt } from "../../configuration/would_run.ts";
import type { Unit } from "../../port/units.ts";
import { PortError, type Ports } from "../../port/ports.ts";
import { type RuntimeCommand, runtimeCommands } from "./start_lines.ts";

/** What a unit itself does about its image before the container runs. */
export interface Pulling {
  /** As it is written: "--pull always", "podman pull". */
  readonly by?: string;
  /** Why the registry does not give the new image; undefined where it does. */
  readonly failure?: string;
  /** It loads an image from a file of its own. */
  readonly loads?: true;
}

/**
 * A unit that pulls at each start cannot start an image that is here alone, and
 * starts the registry's own, whatever is here: so the registry is asked now.
 */
export async function pullingOf(
  unit: Unit | undefined,
  reference: string,
  ports: Ports,
): Promise<Pulling> {
  if (!unit?.loaded) return {};
  const texts = await textsOf(unit.name, ports);
  const commands = texts.flatMap(runtimeCommands);
  const loads = commands.some(({ verb }) => verb === "load")
    ? { loads: true } as const
    : {};
  const by = commands.map(insistence).find((it) => it !== undefined);
  if (by === undefined) return loads;
  try {
    await ports.containers.pull(reference);
    return { by, ...loads };
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    return { by, failure: cause.message, ...loads };
  }
}

/** A pull without which the unit does not start. */
function insistence({ mayFail, program, rest, verb }: RuntimeCommand) {
  if (mayFail) return undefined;
  const isAlways = rest.some((it, at) =>
    it === "--pull" && rest[at + 1] === "always"
  );
  if (verb === "pull") return `${program} pull`;
  return verb === "run" && isAlways ? "--pull always" : undefined;
}

/** Its ExecStartPre= and ExecStart=, and the scripts that they name. */
async function textsOf(unit: string, ports: Ports): Promise<string[]> {
  const { code, stdout } = await ports.host.run([
    ...["systemctl", "show", unit, "--property=ExecStartPre,ExecStart"],
  ]);
  if (code !== 0) return [];
  const found: string[] = [];
  const lines = stdout.matchAll(/argv\[\]=(.*?) ; ignore_errors=(yes|no)/g);
  for (const [, words = "", ignored] of lines) {
    // What may fail does not keep the unit from starting.
    if (ignored === "yes") continue;
    found.push(words);
    for (const path of words.split(" ").filter((it) => it.startsWith("/"))) {
      const script = await scriptAt(path, ports);
      if (script !== undefined) found.push(script.replaceAll("\\\n", " "));
    }
  }
  return found;
}
