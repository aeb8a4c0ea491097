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

/** A cluster that follows a publisher goes on where it stopped: no row twice, none lost. */

async function pair(test: string, major: number) {
  const { code, output } = await drive(["pair", test, `${major}`]);
  assertEquals(code, 0, output);
  assertEquals(output, "100 100 100\n".repeat(2) + "110 110 110\n".repeat(2));
}

/** The publisher has taken 11 rows meanwhile, and takes 12 more. */
async function checkFollows(test: string, major: number) {
  const { code, output } = await drive(["follow", test, `${major}`]);
  assertEquals(code, 0, output);
  assertEquals(output, "121 121 121\n".repeat(2) + "133 133 133\n".repeat(2));
}

async function byDump(test: string, from: number, to: number) {
  await pair(test, from);
  await upgrade(test, from, to, { CLONE: "1", VERIFY: "counts" });
  const found = await compareFingerprints(...fingerprints(test), "counts");
  assertEquals(found, []);
  await checkFollows(test, to);
}

async function byPgUpgrade(test: string, from: number, to: number) {
  await pair(test, from);
  await upgradeInPlace(test, from, to, { VERIFY: "sizes" });
  const found = await compareFingerprints(
    ...upgradedFingerprints(test),
    "sizes",
  );
  assertEquals(found, []);
  await checkFollows(test, to);
}

/** Twelve subscriptions have each read up to somewhere, and 18 has room for ten unless it is told otherwise. */
const ORIGINS =
  `SELECT count(*), min(remote_lsn) FROM pg_replication_origin_status;
SHOW max_active_replication_origins;`;

async function many() {
  await plant("case-fd", 15, "origins.sql", "-c max_replication_slots=40");
  await upgrade("case-fd", 15, 18, { CLONE: "1", VERIFY: "counts" });
  const found = await compareFingerprints(...fingerprints("case-fd"), "counts");
  assertEquals(found, []);
  const asked = await drive(["sql", "case-fd", "18", ORIGINS]);
  assertEquals(asked.output, "12|0/1000\n40\n");
}

const CASES: readonly Case[] = [
  ["15 to 18 by dump", () => byDump("case-fa", 15, 18)],
  ["15 to 18 with more subscriptions than it has room for", many],
  ["15 to 17 by pg_upgrade", () => byPgUpgrade("case-fb", 15, 17)],
  ["17 to 18 by pg_upgrade", () => byPgUpgrade("case-fc", 17, 18)],
];

testOnHost("following a publisher", CASES, { samples: [] });
