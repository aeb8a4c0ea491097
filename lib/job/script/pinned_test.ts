import { assertEquals } from "@std/assert";
import { compareFingerprints } from "../../compare/compare.ts";
import {
  type Case,
  drive,
  fingerprints,
  plant,
  testOnHost,
  upgrade,
  upgradedFingerprints,
  upgradeInPlace,
} from "./testdata/host.ts";

/**
 * What shapes text, set in files, by ALTER SYSTEM, for roles and databases, on
 * the command line and in the environment of service and jobs, reaches no
 * session of the jobs; and all of it comes along.
 */

const SHOWN = `SHOW timezone; SHOW datestyle; SHOW intervalstyle;
SELECT setting FROM pg_db_role_setting, unnest(setconfig) AS setting ORDER BY 1;`;

const KEPT = `Europe/Berlin
German, DMY
sql_standard
DateStyle=Postgres, MDY
DateStyle=SQL, DMY
IntervalStyle=iso_8601
TimeZone=Asia/Kolkata
bytea_output=escape
check_function_bodies=on
search_path=far, pg_catalog
standard_conforming_strings=off
xmloption=document
`;

/** The service's own sessions see what the operator has set. */
async function checkKept(test: string, to: number) {
  const { output } = await drive(["sql", test, `${to}`, SHOWN]);
  assertEquals(output, KEPT);
}

/** Set in the files, so it is another server's while it is not pinned. */
const OPTIONS = "-c IntervalStyle=postgres_verbose -c lc_time=en_US.utf8";

async function dumped() {
  await plant("case-pa", 15, "settings.sql", OPTIONS);
  await upgrade("case-pa", 15, 17, { CLONE: "1", VERIFY: "checksums" });
  const found = await compareFingerprints(
    ...fingerprints("case-pa"),
    "checksums",
  );
  assertEquals(found, []);
  await checkKept("case-pa", 17);
}

async function upgraded() {
  await plant("case-pb", 15, "settings.sql", OPTIONS);
  await upgradeInPlace("case-pb", 15, 18, { VERIFY: "checksums" });
  const found = await compareFingerprints(
    ...upgradedFingerprints("case-pb"),
    "checksums",
  );
  assertEquals(found, []);
  await checkKept("case-pb", 18);
}

const CASES: readonly Case[] = [
  ["15 to 17 by dump: text is the same under any setting", dumped],
  ["15 to 18 by pg_upgrade: text is the same under any setting", upgraded],
];

testOnHost("pinned sessions", CASES, { samples: [] });
