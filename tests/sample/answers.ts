/** What a server of a stand-in host answers to the questions of a plan. */

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

/** What live_facts.sql answers. */
export const liveAnswer = (server: {
  readonly version: string;
  readonly dataDirectory: string | undefined;
  readonly systemIdentifier: string | undefined;
}) =>
  JSON.stringify({
    ...server,
    superuser: "postgres",
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
