import { assertEquals } from "@std/assert";
import { compareFingerprints } from "../../compare/compare.ts";
import {
  type Case,
  drive,
  filesOf,
  fingerprints,
  plant,
  resultOf,
  shell,
  testOnHost,
  upgrade,
  upgradedFingerprints,
  upgradeInPlace,
} from "./testdata/host.ts";

/** What no restore would give comes along as stored, or ends the job in words. */

/** Asked of the new cluster: rows by an index, and what a refresh would find now. */
const STORED = `SET enable_seqscan = off;
SELECT count(*) FROM stored.purged WHERE id BETWEEN 1 AND 400;
SELECT count(*), min(relkind), bool_and(relispopulated OR relname = 'bare') FROM pg_class
WHERE relnamespace = 'stored'::regnamespace AND relkind = 'm';
SELECT odd FROM stored.purged LIMIT 1;
SELECT count(*) FROM pg_stats WHERE schemaname = 'stored' AND tablename = 'parted_near';
REFRESH MATERIALIZED VIEW CONCURRENTLY stored.purged;
SELECT count(*) FROM stored.purged WHERE id BETWEEN 1 AND 400;`;

const STORED_ANSWER = "400\n6|m|t\na\tb\n\\.\n2\n0\n";

/** The worker of a preloaded library would have left one in the cluster. */
const workerOf = (test: string) =>
  shell(`find /srv/jobs/${test} -name 'autoprewarm*'`);

async function storedByDump() {
  await plant("case-sa", 15, "stored.sql");
  await upgrade("case-sa", 15, 17, { CLONE: "1", VERIFY: "checksums" });
  const found = await compareFingerprints(
    ...fingerprints("case-sa"),
    "checksums",
  );
  assertEquals(found, []);
  assertEquals(await workerOf("case-sa"), "");
  const { output } = await drive(["sql", "case-sa", "17", STORED]);
  assertEquals(output, STORED_ANSWER);
}

async function storedByPgUpgrade() {
  await shell("cp -a --reflink=auto /srv/jobs/case-sa /srv/jobs/case-sb");
  await shell("cd /srv/jobs/case-sb && rm -rf dump staging clone empty job-*");
  await upgradeInPlace("case-sb", 15, 18, { VERIFY: "checksums" });
  const found = await compareFingerprints(
    ...upgradedFingerprints("case-sb"),
    "checksums",
  );
  assertEquals(found, []);
  assertEquals(await workerOf("case-sb"), "");
  const { output } = await drive(["sql", "case-sb", "18", STORED]);
  assertEquals(output, STORED_ANSWER);
}

/** What both methods say of the cluster itself, and of what is in a system schema. */
const SAID = [
  'The transaction "xa-1" is prepared in database "postgres", and no dump has its rows: COMMIT PREPARED or ROLLBACK PREPARED it',
  'The database "gone" is invalid, an interrupted DROP DATABASE left it: drop it',
  'The database "shut" allows no connections: ALTER DATABASE NAME ALLOW_CONNECTIONS true, or drop it',
  'There is type information_schema.misplaced_too in database "placed", and neither a dump nor pg_upgrade carries what is in pg_catalog or information_schema: move it to another schema, or drop it',
  'There is text search configuration german in database "numbered", the system\'s own and altered, which neither a dump nor pg_upgrade carries: bring it back to what it was',
  'There is index public.documents_index in database "numbered", and no server reads what it writes of IS DOCUMENT: drop it',
  'There is default value for column b of table public.folded with public.plain(integer) of mallory in database "numbered", and a restore would run it as the superuser: read it and give it to a superuser, or drop it for the upgrade',
];
const BY_DUMP = [
  'There is public.q_empty (of the extension hstore) in database "member", and a dump leaves it out with its extension: use --method pg_upgrade, or ALTER EXTENSION NAME DROP TABLE NAME first',
  'There is function public.added_one() (of the extension hstore) in database "member", and a dump leaves it out with its extension: use --method pg_upgrade, or drop it for the upgrade',
];
const BY_PG_UPGRADE =
  'There is public.calls.f (regproc) in database "numbered", and pg_upgrade cannot keep its numbers: use --method dump';

async function checkSaid(job: string, result: string, sentences: string[]) {
  const { error, failed_phase: phase } = await resultOf("case-sc", job, result);
  const [first, ...more] = sentences;
  assertEquals(
    error?.split("\n")[0],
    `${first} (${more.length} more of such). Type rollback, do so, and upgrade again`,
  );
  const said = await shell(
    `cat /srv/jobs/case-sc/job-${job}/closed /srv/jobs/case-sc/job-${job}/closed.*[0-9]`,
  );
  assertEquals(said.trim().split("\n").toSorted(), sentences.toSorted());
  return phase;
}

async function lateByDump() {
  await plant("case-sc", 15, "late.sql", "-c max_prepared_transactions=10");
  const before = await filesOf("case-sc/old");
  const env = { CLONE: "1" };
  assertEquals((await drive(["dump", "case-sc", "15", "17"], env)).code, 1);
  const sentences = [...SAID, ...BY_DUMP];
  assertEquals(await checkSaid("dump", "dump_worker", sentences), "list");
  assertEquals(await filesOf("case-sc/old"), before, "the old cluster changed");
}

async function lateByPgUpgrade() {
  const before = await filesOf("case-sc/old");
  assertEquals((await drive(["pg_upgrade", "case-sc", "15", "17"])).code, 1);
  const sentences = [...SAID, BY_PG_UPGRADE];
  assertEquals(
    await checkSaid("pg_upgrade", "pg_upgrade", sentences),
    "list",
  );
  assertEquals(await filesOf("case-sc/old"), before, "the old cluster changed");
}

const CASES: readonly Case[] = [
  ["materialized views and foreign children, by dump", storedByDump],
  ["materialized views and foreign children, by pg_upgrade", storedByPgUpgrade],
  ["what came about since the plan ends a dump", lateByDump],
  ["what came about since the plan ends pg_upgrade", lateByPgUpgrade],
];

testOnHost("carried or refused", CASES, { samples: [] });
