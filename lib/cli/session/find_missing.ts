import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import type { Plan } from "../../../journal/plan.ts";
import { projectIn } from "../../configuration/compose/project.ts";
import {
  type Service,
  serviceOf,
} from "../../configuration/compose/service.ts";
import { clustersOfNobody } from "../../plan/diagnosis/look.ts";
import { makingOf } from "../../plan/diagnosis/maker.ts";
import { unitOf } from "../../plan/facts/unit.ts";
import { lastRuntime } from "../../run/past_runs.ts";
import { PortError, type Ports } from "../../port/ports.ts";

type Name = Plan["runtime"];

/** A runtime that this host has. */
export interface Runtime {
  readonly name: Name;
  readonly ports: Ports;
}

/** What a runtime may show of a container that is gone. */
type Sign = (runtime: Runtime) => Promise<boolean>;

/**
 * Whose a container is that no runtime has at this moment: its unit says it,
 * else what is left of its compose project, else a cluster that lies in a
 * volume of no container, else what runs. Undefined: nothing says it.
 */
export async function runtimeOfMissing(
  container: string,
  runtimes: readonly Runtime[],
  directory: string,
): Promise<Name | undefined> {
  const [first] = runtimes;
  if (first === undefined) return undefined;
  const byUnit = await ofItsUnit(container, first.ports);
  if (byUnit !== undefined) return byUnit;
  const left = await onlyOne(
    runtimes,
    (it) => hasItsProject(container, it, directory),
  );
  return left ??
    await ofItsFile(container, runtimes, directory) ??
    await onlyOne(runtimes, hasLostCluster) ??
    await onlyOne(
      runtimes,
      async ({ ports }) => (await ports.containers.running()).length > 0,
    );
}

/** The first that shows the sign; one that does not answer shows none. */
async function onlyOne(
  runtimes: readonly Runtime[],
  sign: Sign,
): Promise<Name | undefined> {
  for (const runtime of runtimes) {
    try {
      if (await sign(runtime)) return runtime.name;
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
    }
  }
  return undefined;
}

/** The unit that makes it says by which runtime. */
async function ofItsUnit(
  container: string,
  ports: Ports,
): Promise<Name | undefined> {
  try {
    const unit = await unitOf(container, ports);
    if (unit === undefined) return undefined;
    for (const word of (await ports.units.commands(unit)).flat()) {
      const name = /(?:^|\/)(podman|docker)(?:-compose)?$/.exec(word)?.[1];
      if (name === "podman" || name === "docker") return name;
    }
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
  }
  return undefined;
}

/** A container or a volume of the project that makes it. */
async function hasItsProject(
  name: string,
  { name: runtime, ports }: Runtime,
  directory: string,
): Promise<boolean> {
  const inventory = await ports.containers.inventory();
  const asked = { name, inventory, container: undefined };
  const making = await makingOf(asked, { directory, ports, runtime });
  const project = making?.maker?.project;
  return project !== undefined &&
    [...inventory.containers, ...inventory.volumes].some(({ labels }) =>
      labels[PROJECT_LABEL] === project
    );
}

/**
 * The person stands beside its compose file, and nothing of the project is
 * left: "shop-db-1" is docker's name for it, "shop_db_1" podman-compose's. A
 * name that the file gives says nothing: then an earlier upgrade does, or it is
 * docker, for which nearly all such files are.
 */
async function ofItsFile(
  container: string,
  runtimes: readonly Runtime[],
  directory: string,
): Promise<Name | undefined> {
  const [first] = runtimes;
  if (first === undefined) return undefined;
  const project = await projectIn(directory, first.ports);
  if (project === undefined) return undefined;
  const { named } = project;
  const wanted = container.startsWith(`${named}_`)
    ? "podman"
    : container.startsWith(`${named}-`)
    ? "docker"
    : await ofGivenName(serviceOf(project, container), first.ports);
  return runtimes.find(({ name }) => name === wanted)?.name;
}

async function ofGivenName(
  service: Service | undefined,
  ports: Ports,
): Promise<Name | undefined> {
  if (service?.containerName === undefined) return undefined;
  for (const { source } of service.mounts) {
    const known = source?.startsWith("/") && await lastRuntime(source, ports);
    if (known) return known;
  }
  return "docker";
}

async function hasLostCluster({ ports }: Runtime): Promise<boolean> {
  const inventory = await ports.containers.inventory();
  return (await clustersOfNobody(inventory, ports)).length > 0;
}
