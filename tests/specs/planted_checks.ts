/**
 * What is planted for each preflight check, and the hosts, images and content
 * that do it.
 */

export interface Fired {
  readonly check: string;
  /** What was done for it. */
  readonly planted: string;
  /** What it must have found. */
  readonly found: RegExp;
}

/** In the plan of "db", 15 → 18 by pg_upgrade. */
export const IN_DB: readonly Fired[] = [
  {
    check: "architecture",
    planted: "an image whose uname says aarch64",
    found: /^the old image is for x86_64, the new one for aarch64$/,
  },
  {
    check: "container",
    planted: "a second container in its pod, started by hand",
    found: /^"stray" shares the pod of "db", and no unit runs it$/,
  },
  {
    check: "unit",
    planted: "its image's tag moved since it runs",
    found: /^podman-db\.service would run another \S+postgres:15-old than/,
  },
  {
    check: "volume",
    planted: "a mount point in a directory that is read-only",
    found:
      /^"\/srv\/fixed\/db" is a mount point, and "\/srv\/fixed", where the journal is to lie, is read-only$/,
  },
  {
    check: "exchange",
    planted: "nothing can be made in the root of the volume (chattr +i)",
    found: /^ext4 at "\/srv\/fixed\/db" cannot exchange two directories$/,
  },
  {
    check: "leftovers",
    planted: "a directory /srv/fixed/db.bak",
    found: /^"\/srv\/fixed\/db\.bak" is already there$/,
  },
  {
    check: "space",
    planted: "a disk of 600 MB",
    found: /^1\.\d GiB needed, \d+ MiB free at "\/srv\/fixed\/db"$/,
  },
  {
    check: "memory",
    planted: "another /proc/meminfo",
    found: /^300 MiB are free$/,
  },
  {
    check: "databases",
    planted: "a database that allows no connections",
    found: /^the database "closed" allows no connections$/,
  },
  {
    check: "extensions",
    planted: "an extension that the new image lacks",
    found:
      /^\S+postgres:18-new does not have gauge \(in database "postgres"\)$/,
  },
  {
    check: "partitions",
    planted: "partitions by range of text, and an image that sorts otherwise",
    found:
      /^public\.names \(in database "postgres"\) has ranges of text, and glibc \S+ may sort differently from musl \S+$/,
  },
  {
    check: "system schemas",
    planted: "a function in pg_catalog",
    found:
      /^neither method can carry function misplaced\(\) \(in database "postgres"\)$/,
  },
  {
    check: "objects",
    planted: "a foreign key whose triggers are disabled",
    found:
      /^neither method can carry the disabled triggers of the key keyed_id_fkey of (public\.)?keyed \(in database "postgres"\)$/,
  },
  {
    check: "role settings",
    planted: "a role's setting that 18 does not have",
    found:
      /^18\.\d+ does not know vacuum_defer_cleanup_age \(of role "old_hand"\)$/,
  },
  {
    check: "libraries",
    planted: "a preloaded library that the new image lacks",
    found: /^\S+postgres:18-new does not have gauge$/,
  },
  {
    check: "new server",
    planted: "a function in a library that the new image lacks, and pg_upgrade",
    found:
      /^a server of \S+postgres:18-new cannot load \$libdir\/gauge \(in database "postgres": could not access file "\$libdir\/gauge": No such file or directory\)$/,
  },
  {
    check: "locales",
    planted: "a new image without its locale archive",
    found: /^\S+postgres:18-new does not have the locale en_US\.utf8$/,
  },
  {
    check: "sorting",
    planted: "a new image whose ldd names musl, and pg_upgrade",
    found:
      /^\S+postgres:15-old is of glibc, \S+postgres:18-new of musl: every index on text would be wrong$/,
  },
  {
    check: "types",
    planted: "a column of the type regproc, and pg_upgrade",
    found:
      /^pg_upgrade cannot keep the numbers in public\.calls\.f \(regproc\)/,
  },
  {
    check: "indexes",
    planted: "CREATE UNIQUE INDEX CONCURRENTLY that failed",
    found: /^an invalid index: (public\.)?twice_n \(in database "postgres"\)$/,
  },
  {
    check: "settings",
    planted: "a setting that 18 does not have",
    found: /^18\.\d+ does not know vacuum_defer_cleanup_age$/,
  },
  {
    check: "parameters",
    planted: "a privilege on a parameter that 18 does not have",
    found:
      /^18\.\d+ does not know vacuum_defer_cleanup_age, and there are privileges on it$/,
  },
  {
    check: "configuration",
    planted: "pg_hba.conf outside of PGDATA",
    found:
      /^configuration outside the data directory: \/etc\/outside\/pg_hba\.conf$/,
  },
  {
    check: "passwords",
    planted: "a role with an MD5 password",
    found: /^1 role logs in with MD5 passwords$/,
  },
  {
    check: "tablespaces",
    planted: "a tablespace in a mount of its own",
    found: /^there are tablespaces: elsewhere$/,
  },
  {
    check: "prepared transactions",
    planted: "PREPARE TRANSACTION",
    found: /^1 prepared transactions are open$/,
  },
  {
    check: "subscriptions",
    planted: "a subscription that has copied a table and not caught up",
    found:
      /^a subscription still copies tables: news \(in database "postgres"\)$/,
  },
  {
    check: "writers",
    planted: "a client whom no unit runs",
    found: /^no unit depends on it, but "visitor" is connected to "postgres"$/,
  },
  {
    check: "switch",
    planted: "--switch unit, where the unit names scripts",
    found:
      /^"\/etc\/systemd\/system\/podman-db\.service" itself does not name \S+postgres:15-old$/,
  },
];

/** In the plan of "late", 17 → 18 by pg_upgrade. */
export const IN_LATE: readonly Fired[] = [
  {
    check: "start files",
    planted: "a pipe in place of backup_label",
    found: /^"\/srv\/late\/backup_label" is no plain file$/,
  },
  {
    check: "orchestrator",
    planted: "a label that a swarm puts on what it makes",
    found: /^a swarm made "late", and makes another one on the same data/,
  },
  {
    check: "replication",
    planted: "a logical slot that nobody reads",
    found: /^nobody reads the logical slot feed$/,
  },
  {
    check: "updaters",
    planted: "a container of watchtower's name",
    found:
      /^"watchtower" \(docker\.io\/containrrr\/watchtower:latest\) makes containers again of newer images$/,
  },
  {
    check: "backups",
    planted: "a container for backups with pg_dump 17",
    found: /^"nightly-backup" has pg_dump 17\.\d+, which cannot dump 18$/,
  },
];

/** In a plan of "calm" for the data of "late", 17 → 18. */
export const IN_LOST: readonly Fired[] = [
  {
    check: "lost",
    planted: "--volume names a cluster that serves",
    found: /^"\/srv\/late" is in use by process \d+ \("postgres"\)$/,
  },
];

/** In the plan of "calm" once it has become a standby, 15 → 13. */
export const IN_CALM: readonly Fired[] = [
  {
    check: "version",
    planted: "an older image",
    found: /^15\.\d+ → 13\.\d+ is a downgrade$/,
  },
  {
    check: "extension tables",
    planted: "a table that was added to an extension",
    found:
      /^a dump leaves out public\.q_mail \(of the extension hstore\) \(in database "postgres"\)$/,
  },
  {
    check: "expressions",
    planted: "a constraint that calls a function of an ordinary role",
    found:
      /^constraint counted_n_check on table public\.counted calls public\.positive\(integer\) of clerk/,
  },
  {
    check: "standby",
    planted: "standby.signal",
    found: /^the server is a standby$/,
  },
  {
    check: "rehearsal",
    planted: "the figures of one that failed",
    found:
      /^rehearsed at 2026-01-02 03:04 UTC, it failed in "build": a view of a column that is gone$/,
  },
];

/** In the database of "calm". */
export const ORDINARY_CODE = `CREATE ROLE clerk;
  GRANT CREATE ON SCHEMA public TO clerk;
  SET ROLE clerk;
  CREATE FUNCTION positive(int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 > 0';
  CREATE TABLE counted (n int CHECK (positive(n)))`;

/** Each by itself: some of them may not stand in a transaction. */
export const CONTENT = [
  "CREATE DATABASE closed",
  "ALTER DATABASE closed ALLOW_CONNECTIONS false",
  "CREATE EXTENSION gauge",
  "CREATE TABLE calls (f regproc)",
  "CREATE TABLE twice AS SELECT 1 AS n FROM generate_series(1, 2)",
  "ALTER SYSTEM SET vacuum_defer_cleanup_age = 5",
  "SET password_encryption = md5; CREATE ROLE old_hand LOGIN PASSWORD 'old'",
  "GRANT SET ON PARAMETER vacuum_defer_cleanup_age TO old_hand",
  "INSERT INTO pg_db_role_setting VALUES (0, 'old_hand'::regrole, '{vacuum_defer_cleanup_age=5}')",
  "CREATE FUNCTION pg_catalog.misplaced() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  "CREATE TABLE keys (id int PRIMARY KEY); CREATE TABLE keyed (id int REFERENCES keys); ALTER TABLE keyed DISABLE TRIGGER ALL",
  "CREATE TABLE names (name text) PARTITION BY RANGE (name)",
  "CREATE TABLESPACE elsewhere LOCATION '/elsewhere'",
  "BEGIN; INSERT INTO calls VALUES ('now'); PREPARE TRANSACTION 'open'",
  "SELECT pg_create_physical_replication_slot('follower')",
  "CREATE SUBSCRIPTION news CONNECTION 'host=192.0.2.1' PUBLICATION news WITH (connect = false, slot_name = 'news')",
  "INSERT INTO pg_subscription_rel SELECT oid, 'twice'::regclass, 'f' FROM pg_subscription",
  "SELECT pg_reload_conf()",
];

/** In "calm", before it becomes a standby. */
export const ADDED =
  "CREATE EXTENSION hstore; CREATE TABLE q_mail (id int); ALTER EXTENSION hstore ADD TABLE q_mail";

/** What the server of "late" is started with, and the slot that it then may have. */
export const LATE = ["--image", "docker.io/library/postgres:17", "--port"]
  .concat("5434", "--cmd", "-c", "--cmd", "wal_level=logical")
  .concat("--run-arg", "--label=com.docker.swarm.service.name=late");
export const SLOT =
  "SELECT pg_create_logical_replication_slot('feed', 'pgoutput')";
