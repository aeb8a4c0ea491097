import type { KnownCluster } from "../diagnosis/diagnosis.ts";
import { loadedBy } from "./command_settings.ts";
import type { ServerFacts } from "./server.ts";

/**
 * As the disk tells it: what only a server knows is asked of one by a step of
 * the upgrade, and is not needed to have it serve again.
 */
export function unaskedServer(
  { major, state, system }: Pick<KnownCluster, "major" | "state" | "system">,
  superuser: string,
  dataDirectory: string,
  command: ReadonlyMap<string, string>,
): ServerFacts {
  return {
    version: `${major}`,
    superuser,
    dataDirectory,
    systemIdentifier: system,
    encoding: "",
    collate: "",
    ctype: "",
    provider: null,
    locale: null,
    checksums: false,
    walSegmentMb: 16,
    inRecovery: state === "in archive recovery" ||
      state === "shut down in recovery",
    archiveMode: "off",
    configurationFiles: [],
    preloaded: "",
    // Its files are read by the private server; the command is no file of theirs.
    loading: loadedBy(command).map(([name, value]) => [name, value, true]),
    set: [],
    granted: [],
    md5Roles: 0,
    tablespaces: [],
    preparedTransactions: 0,
    slots: [],
    logicalSlots: [],
    idleSlots: [],
    roleSettings: [],
    databases: [],
    encodings: [],
    namesBeyondAscii: [],
    connections: [],
  };
}
