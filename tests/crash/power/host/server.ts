import { isOfTheHost } from "../../../../lib/adapter/host_error.ts";
import { inodeOf, namesIn, textAt } from "./disk.ts";
import {
  controlOf,
  damageOf,
  initialise,
  insert,
  open,
  rowsOf,
  shutDown,
  versionOf,
} from "./cluster.ts";
import type { Host } from "./host.ts";
import { isMounted, JOURNAL, STATE, VOLUME, work } from "./places.ts";
import type { ContainerState } from "./state.ts";

/** The postgres image's entrypoint and server, and the application it serves. */

/** Rows that the application writes to one server. */
const ROWS_PER_SERVER = 2;

/** Where on the host what a container has mounted lies now. */
export function placeOfMount(
  container: ContainerState,
  inner: string,
): string | undefined {
  const mount = container.mounts.find((it) => it.mountPath === inner);
  if (mount === undefined) return undefined;
  // Names move under a running container; it keeps the inode.
  const places = ["/srv", STATE, `${STATE}/job`, dirname(mount.source)];
  if (isMounted()) places.push(VOLUME, work());
  for (const place of new Set(places)) {
    for (const name of namesIn(place)) {
      if (inodeOf(`${place}/${name}`) === mount.inode) {
        return `${place}/${name}`;
      }
    }
  }
  return undefined;
}

const dirname = (path: string) => path.slice(0, path.lastIndexOf("/"));

/** The data directory that the container's server would work in. */
export function dataOf(container: ContainerState): string | undefined {
  const pgdata = container.env["PGDATA"] ?? "";
  const [mount] = container.mounts
    .filter(({ mountPath }) =>
      pgdata === mountPath || pgdata.startsWith(`${mountPath}/`)
    )
    .sort((a, b) => b.mountPath.length - a.mountPath.length);
  const place = mount && placeOfMount(container, mount.mountPath);
  return place && `${place}${pgdata.slice(mount.mountPath.length)}`;
}

/** Starts the service's server; false: the entrypoint or the server refuse. */
export function serve(host: Host, container: ContainerState): boolean {
  const data = dataOf(container);
  if (data === undefined) return false;
  const version = versionOf(data);
  if (version === undefined || version === "") {
    if (namesIn(data).length > 0) return false;
    initialiseEmpty(host, data, Math.floor(container.version));
  } else if (version !== String(Math.floor(container.version))) {
    // A placeholder's sentence, or another major version.
    return false;
  }
  const damage = damageOf(data);
  if (damage !== undefined) {
    host.violated("I1", `a server finds ${damage} damaged in "${data}"`);
    return false;
  }
  host.requireAlone(data, container);
  open(data);
  requireRows(host, data);
  return true;
}

function initialiseEmpty(host: Host, data: string, major: number) {
  if (host.state.acknowledged.length > 0) {
    host.violated(
      "I3",
      `postgres ${major} initialises "${data}" and serves it`,
    );
  }
  Deno.mkdirSync(data, { recursive: true });
  initialise(data, { major, system: host.newSystem(), durable: true });
}

/** The application misses rows, unless a person gave them up. */
function requireRows(host: Host, data: string) {
  const { state } = host;
  const rows = rowsOf(data);
  const missing = state.acknowledged.filter(({ row }) =>
    !rows.includes(row) && !state.given.includes(row)
  );
  if (missing.length === 0) return;
  const system = controlOf(data)?.system;
  const confirmed = textAt(JOURNAL)?.includes('"loss-confirmed"') ?? false;
  if (
    confirmed && state.consent && missing.every((it) => it.system !== system)
  ) {
    state.given.push(...missing.map(({ row }) => row));
    return;
  }
  host.violated(
    "I3",
    `"${data}" is served, ${missing.length} acknowledged rows are not in it`,
  );
}

/** Whatever serves is written to, held or not: the application is elsewhere. */
export function writeRow(host: Host, container: ContainerState): void {
  if (container.rows >= ROWS_PER_SERVER) return;
  const data = dataOf(container);
  const system = data && controlOf(data)?.system;
  if (!data || !system) return;
  const row = host.newNumber();
  container.rows += 1;
  try {
    insert(data, row);
  } catch (error) {
    // On a full disk the application is told that its row was not taken.
    if (isOfTheHost(error)) return;
    throw error;
  }
  host.state.acknowledged.push({ row, system });
}

export function stopServer(container: ContainerState): void {
  const data = dataOf(container);
  if (container.running && data !== undefined && controlOf(data)) {
    shutDown(data);
  }
  container.running = false;
}
