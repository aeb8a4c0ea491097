import { PortError, type Ports } from "../../../lib/port/ports.ts";
import { OUTSIDE } from "./ground.ts";

/**
 * Each call of the runtime and of systemd is the start of a command: where the
 * process dies before or after it, and the command fails, fails once it has
 * done its work, or says that it did well and did nothing.
 */

export const MANNERS = ["before", "after", "fail", "late", "lie"] as const;
export type Manner = (typeof MANNERS)[number];

export interface Strike {
  /** The how-manieth command of a life, from 1; 0: none, they are counted. */
  readonly at: number;
  readonly manner: Manner;
}

/** Commands that only ask: to lie they would have to know the answer. */
const ASKING = [
  "inspect",
  "image",
  "inspectBoth",
  "named",
  "running",
  "exec",
  "probe",
  "show",
  "commands",
  "blockState",
  "environment",
  "inventory",
];
const ON_ASKING: readonly Manner[] = ["before", "fail"];

export const mannersFor = (command: string): readonly Manner[] =>
  ASKING.includes(command) ? ON_ASKING : MANNERS;

const LIST = `${OUTSIDE}/commands`;

/** The commands of the last life that was not harmed, in their order. */
export const listed = (): string[] =>
  Deno.readTextFileSync(LIST).split("\n").filter((name) => name !== "");

/** Lets one of the commands that follow misbehave. */
export function strike(ports: Ports, { at, manner }: Strike): void {
  let count = 0;
  if (at === 0) Deno.writeTextFileSync(LIST, "");
  const hurt = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const command: unknown = Reflect.get(target, name);
        if (typeof command !== "function") return command;
        return (...words: unknown[]) => {
          const act = () => command.apply(target, words);
          if (at === 0) {
            Deno.writeTextFileSync(LIST, `${String(name)}\n`, { append: true });
          }
          count += 1;
          return count === at ? misbehave(act, manner) : act();
        };
      },
    });
  Object.assign(ports, {
    containers: hurt(ports.containers),
    units: hurt(ports.units),
  });
}

async function misbehave(act: () => unknown, manner: Manner) {
  if (manner === "before") die();
  if (manner === "lie") return undefined;
  if (manner !== "fail") await act();
  if (manner === "after") die();
  throw new PortError("The command failed: exit 125");
}

function die(): never {
  Deno.kill(Deno.pid, "SIGKILL");
  throw new Error("It lives on");
}
