import { dirname, join } from "@std/path";
import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import type { Output } from "../../port/containers.ts";
import { askOfFile, askOfFlake, type NixPorts } from "./ask.ts";
import { pathText } from "./describe.ts";
import type { NixHost } from "./hosts.ts";

/** What Nix itself says of an option. */
export type Evaluated =
  | { readonly kind: "value"; readonly value: string }
  /** The machine has no such option, or its module is not enabled. */
  | { readonly kind: "apart" | "disabled" }
  /** It cannot be evaluated here; why, in one line. */
  | { readonly kind: "unknown"; readonly why: string };

const NOT_FOUND = 127;
const KILLED = [124, 137];

/** Where a repository lies that is asked, and where its copy does. */
export interface Place {
  readonly home: string;
  readonly place: string;
}

/** What `look`, a function of Nix, says of one machine, as JSON. */
export async function ask(
  { attribute, root }: NixHost,
  look: string,
  { home, place }: Place,
  ports: NixPorts,
): Promise<Output> {
  const file = join(place, root.slice(home.length));
  return attribute === undefined
    ? await askOfFile(file, look, ports)
    : await askOfFlake(
      dirname(file),
      `nixosConfigurations.${pathText([attribute])}`,
      look,
      ports,
    );
}

/** The option's value on each machine, by the repository at `place`. */
export async function evaluate(
  hosts: readonly NixHost[],
  { option, ...place }: Place & { readonly option: readonly string[] },
  ports: NixPorts,
): Promise<ReadonlyMap<string, Evaluated>> {
  const found = new Map<string, Evaluated>();
  for (const host of hosts) {
    const answer = await ask(host, valueLook(option), place, ports);
    found.set(host.name, valueIn(answer));
  }
  return found;
}

/** The machines of a flake by Nix's own word; undefined where it has none. */
export async function machinesOf(
  home: string,
  ports: NixPorts,
): Promise<readonly string[] | undefined> {
  const look = "builtins.attrNames";
  const { code, stdout } = await askOfFlake(
    home,
    "nixosConfigurations",
    look,
    ports,
  );
  const names = readJson(v.array(v.string()), stdout);
  return code === 0 && names.success ? names.output : undefined;
}

/** A module that is not enabled has a value that nobody takes. */
function valueLook(option: readonly string[]): string {
  const names = (path: readonly string[]) =>
    `[ ${path.map((name) => JSON.stringify(name)).join(" ")} ]`;
  return `
    machine:
    let
      at = builtins.foldl'
        (found: name:
          if found ? it && builtins.isAttrs found.it && found.it ? \${name}
          then { it = found.it.\${name}; } else { })
        { it = machine.config; };
      value = at ${names(option)};
      enable = at ${names([...option.slice(0, -1), "enable"])};
    in
    if !(value ? it) then { kind = "apart"; }
    else if enable ? it && enable.it == false then { kind = "disabled"; }
    else {
      kind = "value";
      value = if builtins.isInt value.it then toString value.it else value.it;
    }`;
}

const ANSWER = v.variant("kind", [
  v.object({ kind: v.picklist(["apart", "disabled"]) }),
  v.object({ kind: v.literal("value"), value: v.string() }),
]);

function valueIn(answer: Output): Evaluated {
  const found = readJson(ANSWER, answer.stdout);
  return answer.code === 0 && found.success
    ? found.output
    : { kind: "unknown", why: whyNot(answer) };
}

/** What it says of import from derivation, by its ways of evaluation. */
const WANTS_BUILD = /allow-import-from-derivation|\.drv' is not valid/;

/** Why Nix gave no answer, in one line. */
export function whyNot({ code, stderr }: Output): string {
  if (code === NOT_FOUND) return "Nix is not here";
  if (KILLED.includes(code)) return "Nix took too long or too much memory";
  if (WANTS_BUILD.test(stderr)) {
    return "it builds something while it is evaluated (import from derivation), which is not done here";
  }
  const lines = stderr.split("\n").map((line) => line.trim());
  const last = lines.findLast((line) => line.startsWith("error:"));
  // What the colon leads to are lines of its own, one for each file.
  return last?.replace(/(\. Definition values)?:$/, "") ??
    lines.find((line) => line !== "") ?? `Nix ended with ${code}`;
}
