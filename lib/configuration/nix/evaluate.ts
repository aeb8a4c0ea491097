import { dirname, join } from "@std/path";
import * as v from "valibot";
import type { Ports } from "../../port/ports.ts";
import type { NixHost } from "./hosts.ts";
import { pathText } from "./describe.ts";

/** What Nix itself says of an option. */
export type Evaluated =
  | { readonly kind: "value"; readonly value: string }
  /** It cannot be evaluated here; why, in one line. */
  | { readonly kind: "unknown"; readonly why: string };

const NOT_FOUND = 127;

/** The option's value on each machine, by the repository at `home`. */
export async function evaluate(
  hosts: readonly NixHost[],
  { home, option, place }: {
    readonly home: string;
    readonly option: readonly string[];
    /** Where the repository, or its copy, lies now. */
    readonly place: string;
  },
  { host }: Pick<Ports, "host">,
): Promise<ReadonlyMap<string, Evaluated>> {
  const found = new Map<string, Evaluated>();
  for (const { attribute, name, root } of hosts) {
    const file = join(place, root.slice(home.length));
    const words = attribute === undefined
      ? byFile(file, option)
      : byFlake(dirname(file), attribute, option);
    const { code, stderr, stdout } = await host.run(words);
    const value = code === 0 ? valueOf(stdout) : undefined;
    found.set(
      name,
      value !== undefined
        ? { kind: "value", value }
        : { kind: "unknown", why: whyOf(code, words[0] ?? "", stderr) },
    );
  }
  return found;
}

/** NIX_PATH says which nixpkgs. */
function byFile(file: string, option: readonly string[]): string[] {
  return [
    ...["nix-instantiate", "--eval", "--strict", "--json", "<nixpkgs/nixos>"],
    ...["--arg", "configuration", file],
    ...["-A", pathText(["config", ...option])],
  ];
}

function byFlake(
  directory: string,
  attribute: string,
  option: readonly string[],
): string[] {
  const path = ["nixosConfigurations", attribute, "config", ...option];
  return [
    ...["nix", "--extra-experimental-features", "nix-command flakes"],
    ...["eval", "--json", `path:${directory}#${pathText(path)}`],
  ];
}

/** Undefined where it is no text. */
function valueOf(json: string): string | undefined {
  const found = v.safeParse(
    v.pipe(v.string(), v.parseJson(), v.string()),
    json,
  );
  return found.success ? found.output : undefined;
}

function whyOf(code: number, program: string, stderr: string): string {
  if (code === NOT_FOUND) return `${program} is not here`;
  const lines = stderr.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line.startsWith("error:")) ??
    lines.find((line) => line !== "") ?? `${program} ended with ${code}`;
}
