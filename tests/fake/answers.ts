import { baseOf, controlOf } from "./cluster.ts";
import type { FakeDirectory } from "./disk.ts";
import { libcOf } from "./libc.ts";
import type { FakeContainer } from "./runtime.ts";
import type { World } from "./world.ts";

/** What a server of the fake host answers to the questions of a plan. */

/** What database_facts.sql answers of its one database. */
export const INSIDE = JSON.stringify({
  name: "postgres",
  collate: "C.UTF-8",
  extensions: ["plpgsql"],
  invalidIndexes: [],
  subscriptions: [],
  unsettled: [],
  memberTables: [],
  systemObjects: [],
  tablesWithOids: [],
  textRanges: [],
  removedTypes: [],
  numberedTypes: [],
});

/** What sorted_facts.sql answers: an index by the library's order, or none. */
export function sortedFacts(
  world: World,
  container: FakeContainer | undefined,
  data: FakeDirectory | undefined,
): string {
  const noted = data && baseOf(data)?.order;
  const collation = {
    number: 100,
    own: true,
    name: "default",
    provider: "c",
    locale: "en_US.utf8",
    noted,
    actual: container && libcOf(world, container),
  };
  return JSON.stringify({
    database: "postgres",
    collations: noted === undefined ? [] : [collation],
    uses: noted === undefined
      ? []
      : [["index", 100, "public.customers_name_key", 8192, true]],
  });
}

/** What live_facts.sql answers. */
export function liveFacts(
  world: World,
  container: FakeContainer | undefined,
  data: FakeDirectory | undefined,
): string | undefined {
  const image = world.runtime.images.get(container?.imageId ?? "");
  if (data === undefined || image === undefined) {
    return undefined;
  }
  return JSON.stringify({
    version: `${image.major}.${image.minor ?? 4}`,
    superuser: "postgres",
    dataDirectory: container?.env["PGDATA"] ?? image.pgdata,
    systemIdentifier: controlOf(data)?.system,
    encoding: "UTF8",
    collate: "C.UTF-8",
    ctype: "C.UTF-8",
    provider: "c",
    locale: null,
    checksums: false,
    walSegmentMb: 16,
    inRecovery: false,
    archiveMode: "off",
    configurationFiles: [],
    preloaded: "",
    set: [],
    granted: [],
    md5Roles: 0,
    tablespaces: [],
    preparedTransactions: 0,
    logicalSlots: [],
    idleSlots: [],
    roleSettings: [],
    slots: [],
    databases: [{ name: "postgres", bytes: 1e6, connect: true, valid: true }],
    connections: [],
  });
}
