import { assertEquals, assertMatch } from "@std/assert";
import { compareFingerprints } from "../../compare/compare.ts";
import {
  type Case,
  drive,
  fingerprints,
  plant,
  resultOf,
  shell,
  testOnHost,
  upgrade,
  upgradedFingerprints,
  upgradeInPlace,
} from "./testdata/host.ts";

/**
 * What a database's superuser, or the container's own user, puts where a job
 * reads it is text and no more: no program runs, and no link is followed.
 */

/** What a program would have left, and whether the jobs' own files are theirs. */
async function checkNothingRan(test: string) {
  assertEquals(
    await shell(
      `cd /srv/jobs/${test}; find . -name RAN; find job-* -name conf -type l`,
    ),
    "",
  );
}

/** In the data directory: a file that is included, and links in the places of what might be written beside it. */
const LINKS = (test: string) =>
  shell(`cd /srv/jobs/${test}/old
    mkdir d; printf '%s\\n' 'data_directory = 1' '\\! touch /pgladder/RAN' >d/x.conf
    ln -s /pgladder/configuration.sql d/x.conf.pgladder
    ln -s /pgladder/configuration.sql d/x.conf.new
    ln -s /pgladder/configuration.sql postgresql.auto.conf.pgladder
    mkfifo pipe; ln -s /dev/zero zero; truncate -s 1T hole
    chown -hR 999:999 d *.pgladder pipe zero hole`);

const configurationIn = (test: string) =>
  shell(`sha256sum </srv/jobs/${test}/configuration.sql`);

async function arithmetic() {
  await plant("case-ha", 15, "arithmetic.sql");
  for (const method of ["dump", "pg_upgrade"]) {
    const { code } = await drive([method, "case-ha", "15", "17"], {
      CLONE: "1",
      VERIFY: "checksums",
    });
    assertEquals(code, 1);
    const { error } = await resultOf(
      "case-ha",
      method,
      method === "dump" ? "dump_worker" : method,
    );
    assertMatch(
      error ?? "",
      /^The server answered what is no list: its catalogs are not PostgreSQL's own/,
    );
    await checkNothingRan("case-ha");
  }
}

async function commands() {
  await plant("case-hb", 15, "commands.sql");
  await LINKS("case-hb");
  await upgrade("case-hb", 15, 17, { CLONE: "1", VERIFY: "checksums" });
  await checkNothingRan("case-hb");
  assertEquals(
    await configurationIn("case-hb/job-build"),
    await configurationIn("sql"),
  );
  const found = await compareFingerprints(
    ...fingerprints("case-hb"),
    "checksums",
  );
  assertEquals(found, []);
  await shell(
    "cd /srv/jobs/case-hb && rm -rf dump staging clone empty job-*",
  );
  await upgradeInPlace("case-hb", 15, 18, { VERIFY: "checksums" });
  await checkNothingRan("case-hb");
  assertEquals(
    await configurationIn("case-hb/job-pg_upgrade"),
    await configurationIn("sql"),
  );
  assertEquals(
    await compareFingerprints(...upgradedFingerprints("case-hb"), "checksums"),
    [],
  );
}

const CASES: readonly Case[] = [
  ["an answer that a shell would reckon with", arithmetic],
  [
    "commands in settings, names and comments, and links beside files",
    commands,
  ],
];

testOnHost("text of others", CASES, { samples: [] });
