import { testCases } from "../../../tests/sample/firing.ts";
import { sampleContents, sampleInside } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";

/** Checks of what the cluster holds, and of what the new image brings. */

const { from, to } = samplePlan();
const LATER = { ...to, version: "18.1", major: 18 };

testCases([
  {
    check: "libraries",
    live: { preloaded: "pg_stat_statements, '$libdir/timescaledb.so'" },
    level: "warn",
    found: "docker.io/library/postgres:17 does not have timescaledb",
    remedy:
      "pgladder removes it from shared_preload_libraries, and what needs it will fail: better use an image that has it",
  },
  {
    check: "libraries",
    live: { preloaded: "pg_stat_statements,auto_explain" },
    level: "ok",
    found: "pg_stat_statements, auto_explain",
  },
  {
    check: "locales",
    facts: { databases: [sampleInside({ collate: "sv_SE.UTF-8" })] },
    level: "refuse",
    found: "docker.io/library/postgres:17 does not have the locale sv_SE.UTF-8",
    remedy:
      "Take an image that has it, or add it with localedef in an image of your own",
  },
  {
    check: "locales",
    facts: { databases: [sampleInside({ collate: "en_US.UTF-8" })] },
    level: "ok",
    found: "en_US.utf8, en_US.UTF-8",
  },
  {
    check: "locales",
    facts: { contents: sampleContents({ locales: [] }) },
    level: "ok",
    found: "any",
  },
  {
    check: "types",
    facts: {
      databases: [sampleInside({ removedTypes: ["public.t.at (abstime)"] })],
    },
    level: "refuse",
    found:
      'later versions do not have the type of public.t.at (abstime) in database "pleroma"',
    remedy: "ALTER TABLE … ALTER COLUMN … TYPE timestamptz or interval first",
  },
  {
    check: "types",
    settings: { method: "pg_upgrade" },
    facts: {
      databases: [sampleInside({ numberedTypes: ["public.t.f (regproc)"] })],
    },
    level: "refuse",
    found:
      'pg_upgrade cannot keep the numbers in public.t.f (regproc) in database "pleroma"',
    remedy: "Use --method dump, or change the column to text for the upgrade",
  },
  {
    check: "types",
    facts: {
      databases: [sampleInside({ numberedTypes: ["public.t.f (regproc)"] })],
    },
    level: "ok",
    found: "all can come along",
  },
  {
    check: "types",
    facts: { databases: [sampleInside({ tablesWithOids: ["public.old"] })] },
    level: "refuse",
    found:
      'later versions do not support the WITH OIDS of public.old in database "pleroma"',
    remedy:
      "ALTER TABLE … SET WITHOUT OIDS first. If you need the numbers, copy them into a column before",
  },
  {
    check: "partitions",
    facts: { databases: [sampleInside({ textRanges: ["names"] })] },
    level: "ok",
    found: 'names (in database "pleroma"), by glibc 2.36',
  },
  {
    check: "partitions",
    settings: { method: "pg_upgrade" },
    facts: {
      databases: [sampleInside({ textRanges: ["names"] })],
      libcs: { from: "glibc 2.36", to: "glibc 2.41" },
    },
    level: "refuse",
    found:
      'names (in database "pleroma") has ranges of text, and glibc 2.36 may sort differently from glibc 2.41',
    remedy:
      "Use --method dump, which tries each row, or an image on the same base",
  },
  {
    check: "partitions",
    facts: {
      databases: [sampleInside({ textRanges: ["names"] })],
      libcs: { from: "glibc 2.36", to: "glibc 2.41" },
    },
    level: "warn",
    found:
      'names (in database "pleroma") has ranges of text, and glibc 2.36 may sort differently from glibc 2.41',
    remedy:
      "The restore fails if a row now belongs to another partition: rehearse first, or use an image on the same base",
  },
  {
    check: "role settings",
    live: {
      roleSettings: [
        { name: "myapp.user_id", of: 'role "app"' },
        { name: "größe.a$1", of: 'role "app"' },
        { name: "my app.odd", of: "all roles" },
      ],
    },
    level: "refuse",
    found: "17.6 does not know my app.odd (of all roles)",
    remedy:
      "ALTER ROLE … [IN DATABASE …] RESET or ALTER DATABASE … RESET it first: neither method could restore it",
  },
  {
    check: "role settings",
    live: {
      roleSettings: [
        { name: "work_mem", of: 'role "app"' },
        { name: "old_snapshot_threshold", of: 'role "app" in database "shop"' },
      ],
    },
    facts: {
      contents: sampleContents({ unknownSettings: ["old_snapshot_threshold"] }),
    },
    level: "refuse",
    found:
      '17.6 does not know old_snapshot_threshold (of role "app" in database "shop")',
    remedy:
      "ALTER ROLE … [IN DATABASE …] RESET or ALTER DATABASE … RESET it first: neither method could restore it",
  },
  {
    check: "replication",
    settings: { method: "pg_upgrade" },
    live: { slots: ["feed"], logicalSlots: ["feed"], idleSlots: ["feed"] },
    facts: { from: { ...from, version: "17.6", major: 17 }, to: LATER },
    level: "refuse",
    found: "nobody reads the logical slot feed",
    remedy:
      "pg_upgrade keeps only a slot whose changes were all fetched: start its subscriber, or pg_drop_replication_slot('…')",
  },
  {
    check: "replication",
    settings: { method: "pg_upgrade" },
    live: { slots: ["feed"], logicalSlots: ["feed"] },
    facts: { from: { ...from, version: "17.6", major: 17 }, to: LATER },
    level: "warn",
    found: "logical slots come along: feed",
    remedy:
      "pg_upgrade keeps only a slot whose changes were all fetched by the stop, and refuses otherwise",
  },
  {
    check: "indexes",
    facts: { databases: [sampleInside({ invalidIndexes: ["t_a_idx"] })] },
    level: "warn",
    found: 'an invalid index: t_a_idx (in database "pleroma")',
    remedy: "The new cluster will not have it: REINDEX it first, or DROP INDEX",
  },
  {
    check: "subscriptions",
    facts: { databases: [sampleInside({ subscriptions: ["feed"] })] },
    level: "ok",
    found: 'feed (in database "pleroma") goes on where it stopped',
  },
  {
    check: "subscriptions",
    facts: { databases: [sampleInside({ unsettled: ["feed"] })] },
    level: "refuse",
    found: 'a subscription still copies tables: feed (in database "pleroma")',
    remedy:
      "Wait until pg_subscription_rel has no state but r: what is partly copied would be copied twice",
  },
  {
    check: "settings",
    live: {
      set: ["Work_Mem", "old_snapshot_threshold", "pg_stat_statements.max"],
    },
    facts: {
      contents: sampleContents({ unknownSettings: ["old_snapshot_threshold"] }),
    },
    level: "warn",
    found: "17.6 does not know old_snapshot_threshold",
    remedy:
      "pgladder comments each out with a remark: look in the release notes for what replaces it",
  },
  {
    check: "parameters",
    live: { granted: ["work_mem", "old_snapshot_threshold"] },
    facts: {
      contents: sampleContents({ unknownSettings: ["old_snapshot_threshold"] }),
    },
    level: "refuse",
    found:
      "17.6 does not know old_snapshot_threshold, and there are privileges on it",
    remedy:
      "REVOKE ALL ON PARAMETER … FROM … first: neither method could restore them",
  },
  {
    check: "parameters",
    live: { granted: ["work_mem"] },
    level: "ok",
    found: "work_mem known",
  },
  {
    check: "configuration",
    live: {
      configurationFiles: ["/etc/postgresql/postgresql.conf", ""],
    },
    level: "warn",
    found:
      "configuration outside the data directory: /etc/postgresql/postgresql.conf",
    remedy:
      "pgladder cannot try it out: look yourself whether 17 accepts it, and paths into the data directory still fit",
  },
  {
    check: "passwords",
    live: { md5Roles: 2 },
    level: "ok",
    found: "2 roles log in with MD5 passwords",
  },
  {
    check: "passwords",
    live: { md5Roles: 1 },
    facts: { to: LATER },
    level: "warn",
    found: "1 role logs in with MD5 passwords",
    remedy:
      "They still can, but 18 warns at each: set them again with password_encryption = 'scram-sha-256'",
  },
  {
    check: "memory",
    facts: { memoryMb: 500 },
    level: "warn",
    found: "500 MiB are free",
    remedy: "Stop something that is not needed meanwhile, or use --jobs 1",
  },
]);
