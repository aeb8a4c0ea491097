import type { Files } from "../../port/files.ts";
import type { KnownCluster } from "../diagnosis/diagnosis.ts";
import { loadedBy } from "./command_settings.ts";
import type { ServerFacts } from "./server.ts";
import { toldByDisk } from "./start_files.ts";

/**
 * As the disk tells it: what only a server knows is asked of one by a step of
 * the upgrade, and is not needed to have it serve again.
 */
export async function unaskedServer(
  { major, path, system }: Pick<KnownCluster, "major" | "path" | "system">,
  { command, dataDirectory, superuser }:
    & Pick<ServerFacts, "dataDirectory" | "superuser">
    & { readonly command: ReadonlyMap<string, string> },
  files: Pick<Files, "list" | "look">,
): Promise<ServerFacts> {
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
    archiveMode: "off",
    configurationFiles: [],
    preloaded: "",
    // Its files are read by the private server; the command is no file of theirs.
    loading: loadedBy(command).map(([name, value]) => [name, value, true]),
    set: [],
    granted: [],
    md5Roles: 0,
    ...await toldByDisk(path, files),
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
