import type { Facts } from "../../lib/plan/facts/facts.ts";
import type { Settings } from "../../lib/plan/settings.ts";
import type { RunLine } from "../../lib/configuration/run_line/run_line.ts";
import { samplePlan } from "./plan.ts";

const GIB = 1024 ** 3;

/** What `findFacts` finds of the sample plan's database: nothing is wrong. */
export function sampleFacts(change: Partial<Facts> = {}): Facts {
  const { from, timers, to, volume, writers } = samplePlan();
  const runLine = sampleRunLine();
  return {
    container: {
      name: "pleroma-db",
      id: "c0".repeat(32),
      image: from.reference,
      imageId: from.id,
      running: true,
      pid: 4711,
      mounts: [sampleMount()],
      env: { PGDATA: from.pgdata },
      labels: { PODMAN_SYSTEMD_UNIT: "podman-pleroma-db.service" },
      command: ["postgres"],
      restartPolicy: "no",
      pod: "",
    },
    server: sampleLive(),
    databases: [sampleInside()],
    contents: sampleContents(),
    unit: sampleUnit(),
    runLine,
    fileRunLine: runLine,
    drifts: [],
    unitImageId: from.id,
    mount: sampleMount(),
    volume: volume.path,
    volumeFile: {
      kind: "directory",
      inode: volume.inode,
      device: "2049",
      owner: { uid: volume.uid, gid: volume.gid, mode: volume.mode },
      bytes: 4096,
    },
    clusterOwner: { uid: volume.uid, gid: volume.gid, mode: volume.mode },
    fileSystem: {
      type: volume.fsType,
      uuid: volume.fs,
      mount: "/srv",
      freeBytes: 20 * GIB,
      readOnly: false,
    },
    unsafeParents: [],
    canExchange: true,
    canClone: true,
    bytes: 2 * GIB,
    leftovers: [],
    rehearsal: undefined,
    from,
    to,
    machines: { from: "x86_64", to: "x86_64" },
    libcs: { from: "glibc 2.36", to: "glibc 2.36" },
    podMates: [],
    writers,
    timers,
    memoryMb: 4096,
    ...change,
  };
}

export function sampleMount(): NonNullable<Facts["mount"]> {
  return {
    kind: "bind",
    name: "",
    source: "/srv/pleroma-db",
    mountPath: "/var/lib/postgresql/data",
  };
}

export function sampleLive(
  change: Partial<Facts["server"]> = {},
): Facts["server"] {
  return {
    version: "15.18",
    superuser: "postgres",
    dataDirectory: "/var/lib/postgresql/data",
    systemIdentifier: "7412345678901234567",
    encoding: "UTF8",
    collate: "en_US.utf8",
    ctype: "en_US.utf8",
    provider: "c",
    locale: null,
    checksums: false,
    walSegmentMb: 16,
    inRecovery: false,
    archiveMode: "off",
    configurationFiles: [
      "/var/lib/postgresql/data/postgresql.conf",
      "/var/lib/postgresql/data/pg_hba.conf",
    ],
    preloaded: "",
    set: ["max_connections", "shared_buffers"],
    granted: [],
    md5Roles: 0,
    tablespaces: [],
    preparedTransactions: 0,
    slots: [],
    logicalSlots: [],
    idleSlots: [],
    roleSettings: [],
    databases: [
      { name: "pleroma", bytes: 1.5 * GIB, connect: true, valid: true },
      { name: "postgres", bytes: 0.1 * GIB, connect: true, valid: true },
    ],
    encodings: ["UTF8"],
    namesBeyondAscii: [],
    connections: [],
    ...change,
  };
}

export function sampleInside(
  change: Partial<Facts["databases"][number]> = {},
): Facts["databases"][number] {
  return {
    name: "pleroma",
    collate: "en_US.utf8",
    extensions: ["pg_trgm", "plpgsql"],
    extensionSchemas: [],
    invalidIndexes: [],
    subscriptions: [],
    unsettled: [],
    memberTables: [],
    systemObjects: [],
    routineSettings: [],
    tablesWithOids: [],
    textRanges: [],
    removedTypes: [],
    numberedTypes: [],
    computed: [],
    languages: [],
    switchedOff: [],
    conversions: [],
    lapsed: [],
    nullable: [],
    unguarded: [],
    folded: [],
    added: [],
    unreadable: [],
    altered: [],
    touched: [],
    lapsedMembers: [],
    stamped: false,
    libraries: [],
    configured: [],
    pathless: { roots: [], routines: [] },
    calling: [],
    offered: [],
    ...change,
  };
}

export function sampleContents(
  change: Partial<Facts["contents"]> = {},
): Facts["contents"] {
  return {
    extensions: ["citext", "pg_trgm", "plpgsql"],
    schemas: [],
    versions: [],
    updates: [],
    libraries: ["auto_explain", "pg_stat_statements"],
    locales: ["C", "C.utf8", "en_US.utf8", "POSIX"],
    unknownSettings: [],
    stamps: false,
    ...change,
  };
}

export function sampleUnit(
  change: Partial<NonNullable<Facts["unit"]>> = {},
): NonNullable<Facts["unit"]> {
  return {
    name: "podman-pleroma-db.service",
    loaded: true,
    active: "active",
    sub: "running",
    fragment: "/etc/systemd/system/podman-pleroma-db.service",
    dropIns: [],
    block: "free",
    restarts: 0,
    result: "success",
    oneshot: false,
    dependants: ["pleroma.service"],
    triggers: [],
    ...change,
  };
}

export function sampleRunLine(change: Partial<RunLine> = {}): RunLine {
  return {
    program: "podman",
    image: { text: "docker.io/library/postgres:15", start: 10, end: 39 },
    mounts: [{
      source: "/srv/pleroma-db",
      mountPath: "/var/lib/postgresql/data",
      options: [],
      mountPathStart: 50,
      mountPathEnd: 74,
    }],
    env: {},
    envFiles: [],
    name: "pleroma-db",
    ...change,
  };
}

export function sampleSettings(change: Partial<Settings> = {}): Settings {
  return {
    container: "pleroma-db",
    runtime: "podman",
    to: "17",
    method: "dump",
    verify: "counts",
    jobs: 4,
    stopTimeout: 600,
    switch: "manual",
    switchCommand: undefined,
    ...change,
  };
}
