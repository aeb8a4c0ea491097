import { quoted } from "../../base/shell.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Maker } from "../../../journal/plan.ts";
import { composeWords, makerOf, PROJECT_LABEL, remakeWords } from "./labels.ts";

/** The line that makes the service again, or why there is none: a sentence. */
export type Remaking = { readonly line: string } | { readonly problem: string };

/**
 * How the project's own tool makes the container of one service again. It has
 * to make of the files, as they are, the very container that runs: then it
 * makes that of them on the way back, too.
 */
export async function remakingOf(
  name: string,
  maker: Maker,
  ports: Pick<Ports, "containers" | "host">,
): Promise<Remaking> {
  const program = maker.tool === "docker compose" ? "docker" : "podman-compose";
  const problem = maker.tool === "docker compose"
    ? await driftOf(name, maker, ports)
    : await lackOf(program, ports);
  if (problem !== undefined) return { problem };
  const mates = await matesOf(name, maker.project, ports);
  const own = mates.find((mate) => mate.name === name);
  const others = own === undefined
    ? []
    : maker.tool === "docker compose"
    ? mates.filter(({ shares }) => shares?.includes(own.id))
    : standingOn(own, mates);
  const services = others
    .flatMap(({ labels }) => makerOf(labels)?.service ?? []);
  const words = remakeWords(maker, program, services);
  return { line: words.map(quoted).join(" ") };
}

/** All containers of the project, running or not. */
export async function matesOf(
  name: string,
  project: string,
  { containers }: Pick<Ports, "containers">,
): Promise<readonly Container[]> {
  const names = await containers.named(PROJECT_LABEL, project);
  const found = await Promise.all(
    [...new Set([name, ...names])].map((it) => containers.inspect(it)),
  );
  return found.filter((it) => it !== undefined);
}

/** Those that podman has told to run only along with this one. */
function standingOn(
  own: Container,
  mates: readonly Container[],
): readonly Container[] {
  const found = new Set([own]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    const ids = [...found].map(({ id }) => id);
    for (const mate of mates) {
      if (mate.dependencies?.some((id) => ids.includes(id))) found.add(mate);
    }
  }
  return [...found].filter((it) => it !== own);
}

/**
 * By docker's own word: `config --hash` prints what its label would be. Asked
 * in the environment that the line itself will have: what a person's shell sets
 * besides is not there after a reboot, and not in the run.
 */
async function driftOf(
  name: string,
  maker: Maker,
  { host }: Pick<Ports, "host">,
): Promise<string | undefined> {
  const project = composeWords(maker, "docker");
  const words = [
    // A service of a profile is there only along with that.
    ...[...project, "--profile", "*"],
    ...["config", "--hash", maker.service],
  ];
  const { code, stderr, stdout } = await host.run([...BARE, ...words]);
  const isSame = (printed: string) => {
    const [service, hash] = printed.trim().split(/\s+/);
    return service === maker.service && hash === maker.hash;
  };
  if (code === 0 && isSame(stdout)) return undefined;
  if (isSame((await host.run(words)).stdout)) {
    return `"${name}" was made of variables that your shell alone sets: write them into ".env" beside ${
      maker.files.join(" and ")
    }`;
  }
  if (code !== 0) {
    const said = stderr.trim().split("\n")[0] ?? "";
    return `"docker compose" does not read the project (${said})`;
  }
  const up = [...project, "up", "-d", maker.service].map(quoted).join(" ");
  return `"${name}" was made of something else than ${
    maker.files.join(" and ")
  } and the variables in files say now. Look what has changed there. If neither its data nor its name would be others, type "${up}" first, which makes it again`;
}

/** With the environment that a transient unit gets, and nothing else. */
const BARE = [
  ...["bash", "-c", 'exec env -i PATH="$PATH" HOME="${HOME:-/root}" "$@"'],
  "pgladder",
];

async function lackOf(
  program: string,
  { host }: Pick<Ports, "host">,
): Promise<string | undefined> {
  const { code } = await host.run([program, "--version"]);
  return code === 0 ? undefined : `"${program}" cannot be run`;
}
