import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import type { Project } from "../../configuration/compose/project.ts";
import { serviceOf, servicesOf } from "../../configuration/compose/service.ts";
import type { Inventory } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { lastPlan } from "../../run/past_runs.ts";

/**
 * What the project of a container that is gone was called. `-p` stands in no
 * file: but `down` leaves the volumes, whose labels have it, and a run beside
 * the data has it in its journal. Undefined: nothing tells.
 */
export async function projectNameOf(
  container: string,
  project: Project,
  { volumes }: Pick<Inventory, "volumes">,
  ports: Ports,
): Promise<string | undefined> {
  const mountsAs = (named: string) =>
    serviceOf({ ...project, named }, container)?.mounts
      .flatMap(({ source }) => source ?? []) ?? [];
  const left = volumes.filter(({ labels, name }) =>
    mountsAs(labels[PROJECT_LABEL] ?? "").includes(name)
  );
  const found = new Set(
    left.flatMap(({ labels }) => labels[PROJECT_LABEL] ?? []),
  );
  if (found.has(project.named)) return project.named;
  const [only, ...more] = ofName([...found], container);
  if (only !== undefined && more.length === 0) return only;
  const paths = mountsAs(project.named).filter((it) => it.startsWith("/"));
  for (const path of [...left.map((it) => it.path), ...paths]) {
    const plan = await lastPlan(path, ports);
    if (plan?.container === container && plan.maker !== undefined) {
      return plan.maker.project;
    }
  }
  return undefined;
}

/** Those that its name begins with, where there are any. */
function ofName(names: readonly string[], container: string) {
  const own = names.filter((it) =>
    container.startsWith(`${it}-`) || container.startsWith(`${it}_`)
  );
  return own.length > 0 ? own : names;
}

/** What each of them calls a container: PROJECT-SERVICE-1, PROJECT_SERVICE_1. */
const DOCKER = ["docker", "compose"];
const PODMAN = ["podman-compose"];

/** The service, and what the project must have been called by that name. */
export function calledBy(container: string, project: Project) {
  const service = serviceOf(project, container)?.name;
  const [, name, mark] = service === undefined ? [] : new RegExp(
    `^([a-z0-9][a-z0-9_-]*)([-_])${RegExp.escape(service)}[-_]\\d+$`,
  ).exec(container) ?? [];
  return service === undefined || name === undefined
    ? undefined
    : { name, service, tool: mark === "-" ? DOCKER : PODMAN };
}

/** What compose calls the container of a service that the project has. */
export function containerOfService(
  service: string,
  project: Project,
  runtime: "podman" | "docker",
): string | undefined {
  const own = servicesOf(project).find(({ name }) => name === service);
  const mark = runtime === "docker" ? "-" : "_";
  return own &&
    (own.containerName ?? [project.named, service, 1].join(mark));
}
