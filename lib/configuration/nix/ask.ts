import type { Output } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/** Nix may take that long and that much, at the lowest priority. */
const SECONDS_MAX = 180;
const BYTES_MAX = 8 * 1024 ** 3;
const BOUNDED = [
  ...["timeout", "--kill-after=5", `${SECONDS_MAX}`, "nice", "-n", "19"],
  ...["prlimit", `--as=${BYTES_MAX}`],
];
const NO_NETWORK = ["unshare", "--net", "--"];

/** Nothing is built or fetched for the answer. */
const NO_BUILD = [
  ...["--option", "allow-import-from-derivation", "false"],
  ...["--option", "substitute", "false"],
];

/** Nix evaluates, and does nothing else: no network, no build. */
async function bounded(
  words: readonly string[],
  { host }: Pick<Ports, "host">,
): Promise<Output> {
  const apart = await host.run([...BOUNDED, ...NO_NETWORK, ...words]);
  // A user that may not leave the network asks without that.
  return apart.stderr.startsWith("unshare:")
    ? await host.run([...BOUNDED, ...words])
    : apart;
}

/** What `look`, a function of Nix, says of the system of a file, as JSON. */
export function askOfFile(
  file: string,
  look: string,
  ports: Pick<Ports, "host">,
): Promise<Output> {
  const system = "import <nixpkgs/nixos> { configuration = /. + file; }";
  return bounded([
    ...["nix-instantiate", "--eval", "--strict", "--json", ...NO_BUILD],
    ...["--argstr", "file", file, "-E", `{ file }: (${look}) (${system})`],
  ], ports);
}

/** What `look` says of an attribute of a flake, as JSON. */
export async function askOfFlake(
  directory: string,
  attribute: string,
  look: string,
  { files, host }: Pick<Ports, "files" | "host">,
): Promise<Output> {
  // Of a working tree of git the flake is what git knows of.
  const git = await files.look(`${directory}/.git`) !== undefined;
  const flake = `${git ? "git+file://" : "path:"}${directory}`;
  return bounded([
    ...["nix", "--extra-experimental-features", "nix-command flakes"],
    ...["eval", "--json", "--offline", "--no-write-lock-file", ...NO_BUILD],
    ...[`${flake}#${attribute}`, "--apply", look],
  ], { host });
}
