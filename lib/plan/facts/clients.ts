import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import type { Plan } from "../../../journal/plan.ts";
import { matesOf } from "../../configuration/compose/remake.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { ServerFacts } from "./server.ts";
import { orchestratorOf } from "./orchestrators.ts";
import { unitOf } from "./unit.ts";
import { LOOP_MS, wholeName } from "./writers.ts";

type Writer = Plan["writers"][number];
type Connection = ServerFacts["connections"][number];

/** Containers that use the database. */
export interface Clients {
  /** Those that no unit runs, each after those on which it depends. */
  readonly containers: readonly Writer[];
  /** Units that run the others. */
  readonly units: readonly string[];
  /** Connections of which no container is known to be the source. */
  readonly strangers: readonly Connection[];
  /** Services of its project that live in its container (`network_mode`). */
  readonly along: readonly string[];
  /** Containers that live in it, and that nobody makes again along with it. */
  readonly stuck: readonly string[];
}

/** What one container needs of another one before it starts. */
interface Need {
  readonly of: Container;
  readonly healthy: boolean;
}

const SERVICE = "com.docker.compose.service";

/** Every container that runs, those of the database's project, and the named. */
export async function containersAround(
  own: Container,
  named: readonly string[],
  ports: Ports,
): Promise<readonly Container[]> {
  const { containers } = ports;
  const project = own.labels[PROJECT_LABEL];
  const mates = project === undefined
    ? [own]
    : (await matesOf(own.name, project, ports))
      .map((mate) => mate.id === own.id ? own : mate);
  const asked = [...new Set([...await containers.running(), ...named])]
    .filter((name) => !mates.some((mate) => mate.name === name));
  const more = await Promise.all(asked.map((it) => containers.inspect(it)));
  return [...mates, ...more.filter((it) => it !== undefined)]
    .filter(({ infra, name }) => !infra && !name.startsWith("pgladder-"));
}

/**
 * Services of the database's project that depend on it, over any number of
 * others; whatever is connected to it now, by its address; and those that the
 * operator named.
 */
export async function clientsOf(
  own: Container,
  server: ServerFacts,
  { around, named }: {
    readonly around: readonly Container[];
    readonly named: readonly string[];
  },
  ports: Ports,
): Promise<Clients> {
  const addresses = server.connections.map(({ address }) => address)
    .filter((address) => !/^(socket|127\.|::1$|$)/.test(address));
  const all = around
    .filter((it) => it === own || named.includes(it.name) || comesBack(it));
  const isConnected = ({ addresses: its = [], id }: Container) =>
    id !== own.id && its.some((address) => addresses.includes(address));
  const found = dependantsOf(own, all);
  for (const one of all) {
    if (isConnected(one) || named.includes(one.name)) found.add(one);
  }
  found.delete(own);
  const known = all.flatMap(({ addresses = [] }) => addresses);
  return {
    ...await sorted([...found], all, ports),
    ...await guestsOf(own, around, ports),
    strangers: server.connections.filter(({ address }) =>
      !known.includes(address)
    ),
  };
}

/** What lives in its container is of no use once that is made again. */
async function guestsOf(
  own: Container,
  around: readonly Container[],
  ports: Ports,
): Promise<Pick<Clients, "along" | "stuck">> {
  const along: string[] = [];
  const stuck: string[] = [];
  for (const guest of around) {
    const { labels, name, shares } = guest;
    if (!shares?.includes(own.id)) continue;
    const service = labels[SERVICE];
    const project = labels[PROJECT_LABEL];
    if (
      service !== undefined && project !== undefined &&
      project === own.labels[PROJECT_LABEL]
    ) along.push(service);
    else if (await unitOf(name, ports, guest) === undefined) stuck.push(name);
  }
  return { along, stuck };
}

/** What would be gone, or made again by another, is not ours to stop. */
const comesBack = (container: Container) =>
  !container.autoRemove && orchestratorOf(container) === undefined;

/** Which of the names are a unit's and which a container's; the rest are units. */
export async function sortNames(
  names: readonly string[],
  { containers, units }: Ports,
) {
  const shown = await units.show(names.map(wholeName));
  const others = names.filter((name) => !shown.get(wholeName(name))?.loaded);
  const found = await Promise.all(others.map((it) => containers.inspect(it)));
  const ofContainers = found.flatMap((it) => it?.name ?? []);
  return {
    containers: ofContainers,
    units: names.filter((name) => !ofContainers.includes(name)).map(wholeName),
  };
}

async function sorted(
  found: readonly Container[],
  all: readonly Container[],
  ports: Ports,
) {
  const units: string[] = [];
  const left: Container[] = [];
  for (const one of found) {
    const unit = await unitOf(one.name, ports, one);
    if (unit === undefined) left.push(one);
    else units.push(unit);
  }
  const canHold = left.length > 0 &&
    await ports.containers.canSetRestartPolicy();
  const looping = await loopingOf(left, ports);
  const containers = inOrder(left, all).map((one): Writer => {
    const needs = needsOf(one, all);
    const names = (which: readonly Need[]) => which.map(({ of }) => of.name);
    const healthy = names(needs.filter((need) => need.healthy));
    return {
      unit: one.name,
      active: one.running || one.status === "restarting",
      ...(looping.has(one.name) ? { looping: true } : {}),
      // One that cannot be taken off is as if there were none.
      restart: canHold ? one.restartPolicy : "no",
      after: names(needs.filter(({ of }) => left.includes(of))),
      ...(healthy.length === 0 ? {} : { healthy }),
    };
  });
  return { containers, units };
}

/** Names of those that do not stay up. */
async function loopingOf(
  found: readonly Container[],
  { containers, host }: Ports,
): Promise<ReadonlySet<string>> {
  const again = found.filter(({ restarts = 0 }) => restarts > 0);
  if (again.length > 0) await host.sleep(LOOP_MS);
  const later = await Promise.all(
    again.map(async ({ name, restarts = 0 }) => {
      const now = await containers.inspect(name);
      return (now?.restarts ?? 0) > restarts ? name : undefined;
    }),
  );
  return new Set([
    ...found.filter(({ status }) => status === "restarting")
      .map(({ name }) => name),
    ...later.filter((it) => it !== undefined),
  ]);
}

function dependantsOf(own: Container, all: readonly Container[]) {
  const found = new Set([own]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const one of all) {
      if (needsOf(one, all).some(({ of }) => found.has(of))) found.add(one);
    }
  }
  return found;
}

/**
 * "db:service_healthy:false,…" by docker's compose; identifiers by podman, and
 * of the container that it lives in.
 */
function needsOf(
  { dependencies = [], labels, shares = [] }: Container,
  all: readonly Container[],
): readonly Need[] {
  const project = labels[PROJECT_LABEL];
  const said = labels["com.docker.compose.depends_on"] ?? "";
  return all.flatMap((of): Need[] => {
    const isMate = project !== undefined &&
      of.labels[PROJECT_LABEL] === project;
    const need = isMate
      ? said.split(",").map((it) => it.split(":"))
        .find(([service]) => service === of.labels[SERVICE])
      : undefined;
    return need !== undefined ||
        [...dependencies, ...shares].includes(of.id)
      ? [{ of, healthy: need?.[1] === "service_healthy" }]
      : [];
  });
}

/** Each after those on which it depends; what goes round in a circle as it comes. */
function inOrder(
  found: readonly Container[],
  all: readonly Container[],
): readonly Container[] {
  const order = new Set<Container>();
  const add = (one: Container, way: readonly Container[]) => {
    if (way.includes(one)) return;
    for (const { of } of needsOf(one, all)) add(of, [...way, one]);
    order.add(one);
  };
  for (const one of found) add(one, []);
  return [...order].filter((one) => found.includes(one));
}
