import type { Output } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/** The outside world, as far as Nix and its files need it. */
export interface NixPorts extends Pick<Ports, "files" | "host"> {
  /** By the host's clock, in milliseconds: then Nix is asked no more. */
  readonly untilMs?: number;
}

/** One question may take that long and that much, at the lowest priority. */
const SECONDS_MAX = 180;
const BYTES_MAX = 8 * 1024 ** 3;
/** As timeout(1) says it. */
const TOO_LATE: Output = { code: 124, stdout: "", stderr: "" };
const BOUNDED = ["nice", "-n", "19", "prlimit", `--as=${BYTES_MAX}`];
const NO_NETWORK = ["unshare", "--net", "--"];

/** systemd is at work. */
const SYSTEMD = "/run/systemd/system";
/** systemd.exec(5), systemd.resource-control(5). */
const LIMITS = {
  Nice: 19,
  CPUWeight: 1,
  IOWeight: 1,
  // Where memory ends, the kernel takes Nix, and not the database.
  OOMScoreAdjust: 1000,
  OOMPolicy: "continue",
  MemoryMax: "60%",
  TasksMax: 64,
  PrivateNetwork: "yes",
  NoNewPrivileges: "yes",
  // Its own bound, which tells why it has ended, comes before this one.
  RuntimeMaxSec: SECONDS_MAX + 20,
};
/**
 * A unit has no environment but what it is given. By SUDO_UID git knows that
 * root may read a tree of the user who typed sudo (git-config(1),
 * safe.directory).
 */
const IN_UNIT = `
exec systemd-run --quiet --pipe --wait --collect --service-type=exec \\
  --description="pgladder: Nix evaluates the configuration" \\
  \${PATH:+"--setenv=PATH=$PATH"} \${HOME:+"--setenv=HOME=$HOME"} \\
  \${SUDO_UID:+"--setenv=SUDO_UID=$SUDO_UID"} \\
  \${NIX_PATH:+"--setenv=NIX_PATH=$NIX_PATH"} \\
  \${NIX_REMOTE:+"--setenv=NIX_REMOTE=$NIX_REMOTE"} \\
  ${
  Object.entries(LIMITS).map(([name, value]) => `-p ${name}=${value}`).join(" ")
} \\
  -- "$@"`;
/** systemd.exec(5): from here on systemd itself could not begin it. */
const CODE_OF_SYSTEMD = 200;
const NOT_BEGUN = /^(Failed to|Unknown assignment|Job [^ ]+ failed)/;

/** Nothing is built or fetched for the answer. */
const NO_BUILD = [
  ...["--option", "allow-import-from-derivation", "false"],
  ...["--option", "substitute", "false"],
];

/** Nix evaluates, and does nothing else: no network, no build. */
async function bounded(
  words: readonly string[],
  { files, host, untilMs = Infinity }: NixPorts,
): Promise<Output> {
  const left = Math.floor((untilMs - host.now().ms) / 1000);
  const most = Math.min(SECONDS_MAX, left);
  if (most < 1) return TOO_LATE;
  const timed = ["timeout", "--kill-after=5", `${most}`];
  const wait = { seconds: most + 30 };
  if (await files.look(SYSTEMD) !== undefined) {
    // systemd puts variables into the words of a unit.
    const literal = words.map((word) => word.replaceAll("$", "$$$$"));
    const inUnit = ["sh", "-c", IN_UNIT, "pgladder", ...timed, ...literal];
    const answer = await host.run(inUnit, undefined, wait);
    const isRefused = answer.code >= CODE_OF_SYSTEMD ||
      (answer.code !== 0 && NOT_BEGUN.test(answer.stderr));
    if (!isRefused) return answer;
  }
  const apart = await host.run(
    [...timed, ...BOUNDED, ...NO_NETWORK, ...words],
    undefined,
    wait,
  );
  // A user that may not leave the network asks without that.
  return apart.stderr.startsWith("unshare:")
    ? await host.run([...timed, ...BOUNDED, ...words], undefined, wait)
    : apart;
}

/** What `look`, a function of Nix, says of the system of a file, as JSON. */
export function askOfFile(
  file: string,
  look: string,
  ports: NixPorts,
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
  ports: NixPorts,
): Promise<Output> {
  // Of a working tree of git the flake is what git knows of.
  const git = await ports.files.look(`${directory}/.git`) !== undefined;
  const flake = `${git ? "git+file://" : "path:"}${directory}`;
  return bounded([
    ...["nix", "--extra-experimental-features", "nix-command flakes"],
    ...["eval", "--json", "--offline", "--no-write-lock-file", ...NO_BUILD],
    ...[`${flake}#${attribute}`, "--apply", look],
  ], ports);
}
