import { assert, assertEquals } from "@std/assert";
import { testCases } from "../../../tests/sample/firing.ts";
import { sampleFacts, sampleSettings } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { CHECKS, runChecks } from "./checks.ts";

/** What each check says where nothing is wrong. */
const SILENT: Readonly<Record<string, string>> = {
  "version": "15.18 → 17.6",
  "architecture": "x86_64",
  "container": '"pleroma-db", process 4711',
  "orchestrator": "no such program made the container",
  "unit": "podman-pleroma-db.service runs docker.io/library/postgres:15",
  "volume": '"/srv/pleroma-db" on xfs',
  "start files": "as a server leaves them",
  "lost": "none",
  "exchange": "yes; the old files are cloned, not touched",
  "leftovers": "none",
  "space": '4.4 GiB needed, 20.0 GiB free at "/srv"',
  "memory": "4096 MiB are free",
  "databases": "2 databases, 1.6 GiB",
  "extensions": "pg_trgm, plpgsql",
  "extension tables": "none was added",
  "libraries": "none",
  "new server": "nothing to try",
  "locales": "en_US.utf8",
  "sorting": "by glibc 2.36",
  "partitions": "none is a range of text",
  "types": "all can come along",
  "system schemas": "none of yours",
  "objects": "all are carried",
  "indexes": "all are valid",
  "expressions": "none runs an ordinary role's code",
  "settings": "2 known",
  "role settings": "0 known",
  "parameters": "none granted",
  "configuration": "all in the data directory",
  "passwords": "none is MD5",
  "standby": "it is a primary",
  "tablespaces": "none",
  "prepared transactions": "none",
  "replication": "no slots, no archive",
  "subscriptions": "none is enabled",
  "writers": "pleroma.service",
  "updaters": "none found",
  "backups": "no older pg_dump found",
  "switch": "you change it when pgladder asks",
  "rehearsal": 'none yet: "pgladder rehearse" tells the downtime to expect',
};

Deno.test("Where nothing is wrong every check says what it saw, in order", () => {
  assertEquals(
    runChecks(sampleFacts(), sampleSettings()),
    Object.entries(SILENT).map(([name, found]) => ({
      name,
      level: "ok" as const,
      found,
    })),
  );
});

const { to } = samplePlan();
const { container, fileSystem } = sampleFacts();
const database = { name: "shop", bytes: 1, connect: true, valid: true };

testCases([
  {
    check: "version",
    facts: { to: { ...to, version: "14.9", major: 14 } },
    level: "refuse",
    found: "15.18 → 14.9 is a downgrade",
    remedy:
      "PostgreSQL cannot go back to an earlier major version: restore a dump of that version",
  },
  {
    check: "version",
    facts: { to: { ...to, version: "19rc1", major: 19 } },
    level: "warn",
    found: "15.18 → 19rc1; pgladder was not tried with 19",
    remedy:
      'Rehearse it before: "pgladder rehearse pleroma-db --to 17" does all of it on a copy, and compares',
  },
  {
    check: "version",
    facts: { to: { ...to, version: "15.19", major: 15 } },
    level: "ok",
    found: "15.18 → 15.19, a minor upgrade",
  },
  {
    check: "version",
    facts: { to: { ...to, version: "15.9", major: 15 } },
    level: "warn",
    found: "15.18 → 15.9 is an earlier minor version",
    remedy: "Look in its release notes whether going back to it is safe",
  },
  {
    check: "version",
    facts: {
      to: { ...to, version: "15.19", major: 15 },
      libcs: { from: "glibc 2.36", to: "glibc 2.41" },
    },
    level: "warn",
    found:
      "15.18 → 15.19, a minor upgrade; glibc 2.36 → glibc 2.41 may sort text differently",
    remedy:
      "Rebuild indexes on text afterwards (REINDEX), or stay on the same base image",
  },
  {
    check: "version",
    facts: {
      to: { ...to, version: "15.19", major: 15, uid: 70 },
      libcs: { from: "glibc 2.36", to: "musl 1.2.5" },
    },
    level: "refuse",
    found:
      "15.18 → 15.19, a minor upgrade to an image of another kind (user 999 → 70, glibc 2.36 → musl 1.2.5)",
    remedy: "Take an image on the same base, such as -bookworm or -alpine",
  },
  {
    check: "architecture",
    facts: { machines: { from: "x86_64", to: "aarch64" } },
    level: "refuse",
    found: "the old image is for x86_64, the new one for aarch64",
    remedy: "Take an image for this host's processor",
  },
  {
    check: "databases",
    live: {
      databases: [database, { ...database, name: "gone", valid: false }],
    },
    level: "refuse",
    found: 'the database "gone" is invalid',
    remedy: "An interrupted DROP DATABASE left it: drop it",
  },
  {
    check: "databases",
    live: { databases: [{ ...database, name: 'a"; DROP', connect: false }] },
    level: "refuse",
    found: 'the database "a\\"; DROP" allows no connections',
    remedy: "ALTER DATABASE … ALLOW_CONNECTIONS true, or drop it",
  },
  {
    check: "databases",
    live: { databases: [{ ...database, name: "two\nlines" }] },
    level: "refuse",
    found: 'the database "two\\nlines" has a line break in its name',
    remedy: "Rename it: pg_dumpall refuses such names",
  },
  {
    check: "standby",
    live: { inRecovery: true },
    level: "refuse",
    found: "the server is a standby",
    remedy: "Upgrade the primary, and build the standby again",
  },
  {
    check: "start files",
    facts: { startFiles: { odd: ["one is no plain file"], signals: [] } },
    level: "refuse",
    found: "one is no plain file",
    remedy:
      "A server that opens it may wait for ever, or not start: remove it, or put the server's own file there",
  },
  {
    check: "start files",
    facts: { startFiles: { odd: [], signals: ["standby.signal"] } },
    level: "refuse",
    found: "the next start would follow standby.signal in the data",
    remedy:
      "End the backup that is under way, or remove the file if nobody needs it: a primary has none",
  },
  {
    check: "tablespaces",
    live: { tablespaces: ["fast", "slow"] },
    level: "refuse",
    found: "there are tablespaces: fast, slow",
    remedy:
      "Tablespaces are not supported yet: move their tables to pg_default",
  },
  {
    check: "prepared transactions",
    live: { preparedTransactions: 2 },
    level: "refuse",
    found: "2 prepared transactions are open",
    remedy: "COMMIT PREPARED or ROLLBACK PREPARED each: see pg_prepared_xacts",
  },
  {
    check: "replication",
    live: { slots: ["standby1", "debezium"] },
    level: "warn",
    found: "replication slots do not come along: standby1, debezium",
    remedy: "Make them again after the upgrade, and build their standbys again",
  },
  {
    check: "replication",
    live: { archiveMode: "on" },
    level: "warn",
    found: "archive_mode is on",
    remedy:
      "The new cluster is another system: upgrade the archive's stanza and take a new base backup",
  },

  // What the host shows.
  {
    check: "container",
    facts: { podMates: [{ name: "web", unit: undefined }] },
    level: "refuse",
    found: '"web" shares the pod of "pleroma-db", and no unit runs it',
    remedy:
      "Have a unit run it, or stop it first: it could write while the data move",
  },
  {
    check: "container",
    facts: { container: { ...container, restartPolicy: "always" } },
    level: "warn",
    found: '"pleroma-db", process 4711; its restart policy is "always"',
    remedy:
      "Its unit restarts it already: better remove the policy from the container",
  },
  {
    check: "exchange",
    facts: { canExchange: false, fileSystem: { ...fileSystem, type: "nfs4" } },
    level: "refuse",
    found: 'nfs4 at "/srv" cannot exchange two directories',
    remedy: "Use XFS, ext4 or btrfs for the directory that the volume lies in",
  },
  {
    check: "exchange",
    facts: { canClone: false },
    level: "ok",
    found:
      "yes; no clones here: the old server starts once more on the old files",
  },
  {
    check: "space",
    facts: { fileSystem: { ...fileSystem, freeBytes: 4.3 * 1024 ** 3 } },
    level: "refuse",
    found: '4.4 GiB needed, 4.3 GiB free at "/srv"',
    remedy: "Make room there: nothing of the old data is removed before commit",
  },
  {
    check: "space",
    settings: { method: "pg_upgrade" },
    level: "ok",
    found: '1.6 GiB needed, 20.0 GiB free at "/srv"',
  },
  {
    check: "space",
    settings: { method: "pg_upgrade" },
    facts: { canClone: false },
    level: "ok",
    found: '3.2 GiB needed, 20.0 GiB free at "/srv"',
  },
  {
    check: "writers",
    facts: { writers: [] },
    level: "ok",
    found: "none found",
  },
  {
    check: "writers",
    facts: { writers: [] },
    live: {
      connections: [
        { database: "shop", application: "", address: "10.0.0.7", count: 3 },
        { database: null, application: "psql", address: "socket", count: 1 },
      ],
    },
    level: "warn",
    found: 'no unit depends on it, but "10.0.0.7" is connected to "shop"',
    remedy: "Name what uses it with --writers; it is cut off either way",
  },
]);

Deno.test("A minor upgrade is asked only what is of meaning to it", () => {
  const facts = sampleFacts({ to: { ...to, version: "15.19", major: 15 } });
  assertEquals(
    runChecks(facts, sampleSettings()).map(({ name }) => name),
    [
      ...["version", "architecture", "container", "orchestrator", "unit"],
      ...["volume", "start files", "lost"],
      ...["sorting", "standby", "writers", "updaters", "switch"],
    ],
  );
});

Deno.test("Every check tells what it is about, in a phrase", () => {
  for (const { about } of CHECKS) assert(/^[a-z].*[^.]$/.test(about), about);
});
