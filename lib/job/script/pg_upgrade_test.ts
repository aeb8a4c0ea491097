import { assert, assertEquals, assertMatch } from "@std/assert";
import { compareFingerprints, type Verify } from "../../compare/compare.ts";
import {
  BASE,
  type Case,
  drive,
  filesOf,
  read,
  resultOf,
  shell,
  testOnHost,
  upgradedFingerprints,
} from "./testdata/host.ts";

/** The job of pg_upgrade, on a database host that the rig raises. */

/** Indexes that may not be rebuilt: no text of a language stands in them. */
const UNAFFECTED = /_id_|_pkey$|"C"/;

/** Asks the upgraded cluster, started as its service would be. */
async function ask(test: string, to: number, sql: string, database: string) {
  const { code, output } = await drive(["sql", test, `${to}`, sql, database]);
  assertEquals(code, 0, output);
  return output.trim();
}

/** Every B-tree index of the database is in order and lacks no row. */
const AMCHECK = `SET event_triggers = off;
CREATE SCHEMA looked;
CREATE EXTENSION amcheck SCHEMA looked;
SELECT count(looked.bt_index_check(i.indexrelid, true)) > 5
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS a ON a.oid = c.relam
WHERE a.amname = 'btree' AND i.indisvalid AND c.relkind = 'i';`;

/** Objects whose collation has another version than the library. */
const MISMATCHED =
  `SELECT (SELECT count(*) FROM pg_database WHERE datcollversion <> pg_database_collation_actual_version(oid))
  + (SELECT count(*) FROM pg_collation WHERE collversion <> pg_collation_actual_version(oid));`;

async function upgrade(test: string, from: number, to: number, verify: Verify) {
  const before = await filesOf(`sample-${from}`);
  const { code, output } = await drive(
    ["pg_upgrade", test, `${from}`, `${to}`],
    { VERIFY: verify },
  );
  const log = await read(`${test}/job-pg_upgrade/pg_upgrade.log`);
  assertEquals(code, 0, output + log);
  assertEquals(
    await compareFingerprints(...upgradedFingerprints(test), verify),
    [],
  );
  assertEquals(await filesOf(`${test}/old`), before, "the old cluster changed");
  const { indexes_rebuilt: rebuilt } = await resultOf(
    test,
    "pg_upgrade",
    "pg_upgrade",
  ) as unknown as { indexes_rebuilt: string[] };
  assert(rebuilt.includes("app.lower_name"), rebuilt.join());
  for (const name of rebuilt.filter((it) => it.startsWith("app."))) {
    assert(!UNAFFECTED.test(name), `${name} was rebuilt for nothing`);
  }
  for (const database of ["shop", "zoo"]) {
    assertEquals(await ask(test, to, AMCHECK, database), "t");
  }
  assertEquals(await ask(test, to, MISMATCHED, "shop"), "0");
}

/** A case of its own: the sample of 13, changed by a server. */
const changed = (test: string, sql: string) =>
  shell(
    `cd ${BASE} && mkdir ${test} && cp -a --reflink=auto sample-13 ${test}/old &&
    podman run -d --name job-regs --network none --log-driver none -v ${BASE}/${test}/old:/var/lib/postgresql/data docker.io/library/postgres:13 &&
    until podman exec job-regs pg_isready -q; do sleep 0.2; done
    podman exec -e 'PGOPTIONS=-c role=none' job-regs psql -U postgres -qc '${sql}' && podman rm -fv -t 30 job-regs`,
  );

/** What pg_upgrade refuses is refused in its words, and nothing is touched. */
async function refuse() {
  await changed("case-r", "CREATE EXTENSION adminpack");
  const before = await filesOf("case-r/old");
  const { code } = await drive(["pg_upgrade", "case-r", "13", "17"]);
  assertEquals(code, 1);
  const result = await resultOf("case-r", "pg_upgrade", "pg_upgrade");
  assertEquals(result.failed_phase, "pg_upgrade");
  assertMatch(
    result.error ?? "",
    /pg_upgrade refused: [^]*loadable libraries that are missing/,
  );
  assertMatch(
    result.error ?? "",
    /could not load library "\$libdir\/adminpack"/,
  );
  assertEquals(await filesOf("case-r/old"), before);
}

/** An extension's operator comes along unchanged, and the new server does not take it. */
async function refuseMember() {
  await changed(
    "case-u",
    "CREATE OPERATOR !!! (LEFTARG = int, FUNCTION = pg_catalog.abs); ALTER EXTENSION plpgsql ADD OPERATOR !!! (int, NONE)",
  );
  const { code } = await drive(["pg_upgrade", "case-u", "13", "17"]);
  assertEquals(code, 1);
  const result = await resultOf("case-u", "pg_upgrade", "pg_upgrade");
  assertEquals(result.failed_phase, "list");
  assertMatch(
    result.error ?? "",
    /^There is operator [^ ]*!!!\(integer,NONE\) \(of the extension plpgsql\) in database "postgres", and later versions do not take it: use --method dump, or drop it\. Type rollback/,
  );
}

async function refuseMissingPrograms() {
  const { code } = await drive(["pg_upgrade", "case-s", "15", "17"], {
    OLD_IMAGE: "17",
  });
  assertEquals(code, 1);
  const result = await resultOf("case-s", "pg_upgrade", "pg_upgrade");
  assertMatch(result.error ?? "", /^Cannot find programs of PostgreSQL 15 /);
}

const CASES: readonly Case[] = [
  [
    "13 to 18, every row compared",
    () => upgrade("case-p", 13, 18, "checksums"),
  ],
  ["15 to 17, sizes compared", () => upgrade("case-q", 15, 17, "sizes")],
  [
    "17 to 18, every row compared",
    () => upgrade("case-t", 17, 18, "checksums"),
  ],
  ["what pg_upgrade refuses is said in its words", refuse],
  ["what later versions do not take of an extension", refuseMember],
  ["an image without the old programs is refused", refuseMissingPrograms],
];

testOnHost("pg_upgrade from two images", CASES);
