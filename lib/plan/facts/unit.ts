import { makerWithEnv } from "../../configuration/compose/env_files.ts";
import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import { projectOf } from "../../configuration/compose/project.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";
import { scriptAt } from "../../configuration/would_run.ts";
import {
  bringsUp,
  startLines,
  startsContainer,
  textsOf,
} from "./start_lines.ts";
import {
  type RunLine,
  runLineOfUnit,
} from "../../configuration/run_line/run_line.ts";

/** Which unit of systemd runs a container. */

/** Units of the runtimes themselves: they run every container. */
const OF_RUNTIMES =
  /^(docker|dockerd|containerd|crio|cri-o|cri-docker|snap\.docker\.dockerd|podman(-restart|-auto-update|-clean-transient)?)(\.(service|socket))?$/;

/** To stop such a unit would stop other containers, too, or none. */
export function isOfRuntime(unit: string): boolean {
  return OF_RUNTIMES.test(unit);
}

/**
 * The unit that podman wrote on the container, or one whose command starts it.
 * A name that systemd has not loaded where there is none.
 */
export async function findUnit(
  { env, labels, name, pid }: Container,
  ports: Ports,
): Promise<string> {
  const known = writtenOn(labels) ?? writtenOn(env);
  // Compose writes the name of a unit that few have made.
  const project = labels[PROJECT_LABEL];
  const isThere = known !== undefined && project === undefined &&
    (await ports.units.show([known])).get(known)?.loaded;
  if (isThere) return known;
  const written = known === undefined ? {} : { [WRITTEN]: known };
  const found = await unitOf(name, ports, {
    labels: { ...labels, ...written },
    pid,
  });
  if (found !== undefined) return found;
  const other = await unitThatBringsUp(labels, ports);
  const [named] = namesOf(name).filter((it) => !isOfRuntime(it));
  return other ?? (project === undefined ? known : undefined) ?? named ?? "";
}

/** Whatever it is called: a template's instance, or any other. */
async function unitThatBringsUp(
  labels: Container["labels"],
  ports: Ports,
): Promise<string | undefined> {
  const maker = await makerWithEnv(labels, ports);
  if (maker === undefined) return undefined;
  return (await startLines(ports))?.find((it) =>
    !isOfRuntime(it.unit) && bringsUp(it, maker)
  )?.unit;
}

/**
 * A name of its own (`serviceName` of NixOS): the one unit that makes a
 * container of this name, and whose process waits for it.
 */
async function unitThatMakes(
  name: string,
  ports: Ports,
): Promise<string | undefined> {
  const isName = (word: string) => word === name;
  const names = (await startLines(ports) ?? [])
    .filter((line) =>
      textsOf(line).some((text) => startsContainer(text, isName, /^run$/))
    )
    .map(({ unit }) => unit);
  const shown = await ports.units.show([...new Set(names)]);
  const [only, ...more] = [...shown.values()]
    .filter(({ active, name, oneshot }) =>
      active === "active" && !oneshot && !isOfRuntime(name)
    );
  return more.length === 0 ? only?.name : undefined;
}

const WRITTEN = "PODMAN_SYSTEMD_UNIT";

/** What podman wrote there, and no unit of the runtime itself. */
export function writtenOn(said: Readonly<Record<string, string>>) {
  const unit = said[WRITTEN];
  return unit === undefined || isOfRuntime(unit) ? undefined : unit;
}

/** Of systemd.unit(5); of a name with others systemd says nothing. */
const UNIT_NAME = /^[\w:.@\\-]+$/;

/**
 * By what podman wrote on the container, or by its name or its project's; it
 * need not run. The host may have a service of that name: only a unit whose
 * command starts the container is its own.
 */
export async function unitOf(
  container: string,
  ports: Ports,
  { labels = {}, pid = 0 }: Partial<Pick<Container, "labels" | "pid">> = {},
): Promise<string | undefined> {
  const known = writtenOn(labels);
  const project = labels[PROJECT_LABEL];
  const names = [
    ...known === undefined ? [] : [known],
    ...namesOf(container),
    ...project === undefined ? [] : [`${project}.service`],
  ].filter((name) => UNIT_NAME.test(name) && !isOfRuntime(name));
  const shown = names.length === 0
    ? new Map<string, Unit>()
    : await ports.units.show(names);
  const given = namesOf(container).slice(0, 2);
  const own: Unit[] = [];
  for (const name of names) {
    const unit = shown.get(name);
    if (!unit?.loaded) continue;
    if (name === known && !isShipped(unit)) return name;
    const isOwn = given.includes(name) && !isShipped(unit) ||
      !own.some(({ active }) => active === "active") &&
        await starts(unit, { name: container, labels }, ports);
    if (isOwn) own.push(unit);
  }
  const [only, ...more] = own;
  if (only !== undefined) {
    return more.length === 0 ? only.name : await busiest(own, pid, ports);
  }
  return project === undefined
    ? await unitThatMakes(container, ports)
    : undefined;
}

/**
 * Of several units that could be its own, one of which may be left over from
 * another runtime: the one that runs, and whose runtime the process is of.
 */
async function busiest(
  units: readonly Unit[],
  pid: number,
  { files }: Ports,
): Promise<string | undefined> {
  const active = units.filter((it) => it.active === "active");
  const [only, ...more] = active.length === 0 ? units : active;
  if (more.length === 0 || pid <= 0) return only?.name;
  const group = await files.readText(`/proc/${pid}/cgroup`) ?? "";
  const runtime = /\bdocker[-/][0-9a-f]{64}/.test(group)
    ? "docker-"
    : "podman-";
  return (active.find(({ name }) => name.startsWith(runtime)) ?? only)?.name;
}

/**
 * A package's own, such as docker-registry.service: it knows no container of
 * the operator's, whatever its name.
 */
const isShipped = ({ fragment }: Unit) =>
  /^(\/usr)?\/lib\/systemd\//.test(fragment);

/** One of its commands, or of the scripts that it runs, starts the container. */
async function starts(
  { directory = "/", name: unit }: Unit,
  { labels, name }: Pick<Container, "labels" | "name">,
  ports: Ports,
): Promise<boolean> {
  const maker = await makerWithEnv(labels, ports);
  // What is in a variable is, in a unit of the container's name, that name.
  const isName = (word: string) =>
    word === name || (unit === `${name}.service` && word.startsWith("$"));
  const commands = await ports.units.commands(unit);
  const texts = commands.map((words) => words.join(" "));
  for (const path of commands.flat().filter((word) => word.startsWith("/"))) {
    const script = await scriptAt(path, ports);
    if (script !== undefined) texts.push(script.replaceAll("\\\n", " "));
  }
  if (
    texts.some((words) =>
      startsContainer(words, isName) ||
      (maker !== undefined && bringsUp({ unit, words, directory }, maker))
    )
  ) return true;
  const project = labels[PROJECT_LABEL];
  return project !== undefined &&
    (await projectOf(ports, unit))?.named === project;
}

/** As NixOS calls it, and as a person would. */
function namesOf(container: string): string[] {
  return ["podman-", "docker-", ""]
    .map((prefix) => `${prefix}${container}.service`);
}

/** As it stands in the unit's own file, where it could be edited. */
export async function runLineInFile(
  unit: Unit | undefined,
  container: string,
  { files }: Ports,
): Promise<RunLine | undefined> {
  const text = unit?.fragment ? await files.readText(unit.fragment) : undefined;
  return text === undefined ? undefined : runLineOfUnit(text, container);
}
