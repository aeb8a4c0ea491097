import { join } from "@std/path";
import { quoted } from "../../base/shell.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Maker } from "../../../journal/plan.ts";
import { type Difference, differenceOf } from "./made_of.ts";
import type { Project } from "./project.ts";
import { defaultsOf, unsetOf, variablesOf } from "./service.ts";
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
  project?: Project,
): Promise<Remaking> {
  const program = maker.tool === "docker compose" ? "docker" : "podman-compose";
  const problem = maker.tool === "docker compose"
    ? await driftOf(name, maker, ports, project)
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
  ports: Pick<Ports, "containers" | "host">,
  project: Project | undefined,
): Promise<string | undefined> {
  const { host } = ports;
  const words = composeWords(maker, "docker");
  const ask = (...more: string[]) => [
    // A service of a profile is there only along with that.
    ...[...words, "--profile", "*", "config", ...more],
  ];
  const hashing = ask("--hash", maker.service);
  const { code, stderr, stdout } = await host.run([...BARE, ...hashing]);
  const isSame = (printed: string) => {
    const [service, hash] = printed.trim().split(/\s+/);
    return service === maker.service && hash === maker.hash;
  };
  if (code === 0 && isSame(stdout)) return undefined;
  const into = project?.variablesFile ?? join(maker.directory, ".env");
  if (isSame((await host.run(hashing)).stdout)) {
    const names = await setIn(host, variablesOf(project, maker.service));
    return `"${name}" was made of variables that your shell alone sets: write ${
      names.length === 0 ? "them" : names.join(" and ")
    } into "${into}"`;
  }
  if (code !== 0) {
    const said = stderr.trim().split("\n")[0] ?? "";
    return `"docker compose" does not read the project (${said})`;
  }
  const printed = await host.run([...BARE, ...ask("--format", "json")]);
  const found = await ports.containers.inspect(name);
  const difference = found && await differenceOf(
    found,
    maker.service,
    printed.stdout,
    ports,
  );
  const unset = [
    ...new Set([
      ...unsetOf(project, maker.service),
      ...defaultsOf(project, maker.service)
        .filter((it) => difference?.variables.includes(it)),
    ]),
  ];
  const up = [...words, "up", "-d", maker.service].map(quoted).join(" ");
  return [
    `"${name}" was made of something else than ${
      maker.files.join(" and ")
    } and the variables in files say now${differing(difference)}`,
    ...unset.length === 0 ? [] : [
      `${
        unset.join(" and ")
      } is set in no file: write it into "${into}", as it was when the project was brought up`,
    ],
    difference?.grave
      ? "Put that back first: made again, it would have other data or another name"
      : `If the files are right, and neither its data nor its name would be others, type "${up}" first, which makes it again`,
  ].join(". ");
}

/** What is compared is what decides on the data, and what people change. */
function differing(difference: Difference | undefined): string {
  if (difference === undefined) return "";
  const { parts } = difference;
  return parts.length === 0
    ? ": neither its image, its mounts, its command nor its environment, but another setting"
    : `: ${parts.join("; ")}`;
}

/** Those of the names that the environment of this process has. */
async function setIn(
  host: Ports["host"],
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const { stdout } = await host.run([
    ...["bash", "-c", 'for it; do [[ -v $it ]] && echo "$it"; done'],
    ...["pgladder", ...new Set(names)],
  ]);
  const said = stdout.split("\n");
  return [...new Set(names)].filter((it) => said.includes(it));
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
