import { assertEquals } from "@std/assert";
import { compareFingerprints } from "../../../compare/compare.ts";
import { BASE, drive, fingerprints, resultOf, shell, upgrade } from "./host.ts";

/** What an ordinary role's function does as soon as a superuser runs it. */
const DEEDS = [
  "CREATE OR REPLACE FUNCTION pg_catalog.maintenance_note(text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE $1; END'",
  "ALTER FUNCTION pg_catalog.pg_reload_conf() COST 7",
  "ALTER ROLE mallory SUPERUSER",
];

const chk = (name: string, argument: string) =>
  `CREATE FUNCTION m.${name}(${argument}) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
  IF current_setting('is_superuser') = 'on' THEN
    ${DEEDS.map((it) => `EXECUTE $q$ ${it} $q$;`).join("\n    ")}
  END IF; RETURN true; END $$;`;

const CREATE = `CREATE ROLE mallory;
CREATE SCHEMA m AUTHORIZATION mallory;
SET ROLE mallory;
${chk("chk", "int")}
CREATE DOMAIN m.d AS int CHECK (m.chk(VALUE));
CREATE TABLE m.t (a int CHECK (m.chk(a)), d m.d);
INSERT INTO m.t VALUES (1, 1);
REVOKE ALL ON FUNCTION m.chk(int) FROM PUBLIC;
REVOKE ALL ON SCHEMA m FROM PUBLIC;
`;

/** A table whose constraint needs the table's own row type is checked once its rows are there, by the restore itself. */
const CIRCULAR = `CREATE TABLE m.u (a int);
${chk("row_chk", "m.u")}
ALTER TABLE m.u ADD CHECK (m.row_chk(u));
INSERT INTO m.u VALUES (1);
`;

async function restore(test: string, sql: string) {
  await shell(
    `mkdir ${BASE}/${test}; cp -a --reflink=auto ${BASE}/sample-15 ${BASE}/${test}/old`,
  );
  const asked = await drive(["sql", test, "15", sql, "zoo"], {
    CLUSTER: "old",
  });
  assertEquals(asked.code, 0, asked.output);
  await upgrade(test, 15, 17, { CLONE: "1", VERIFY: "checksums" });
  const found = await compareFingerprints(...fingerprints(test), "checksums");
  return found.map(({ object }) => object);
}

/** Rows are put in by a role that is no superuser, so an ordinary role's code can do nothing as one. */
export async function restoreWithCare() {
  assertEquals(await restore("case-l", CREATE), []);
  assertEquals((await resultOf("case-l", "build", "build")).ok, true);
}

/** What it has done all the same is found. */
export async function findDeeds() {
  const found = await restore("case-m", CREATE + CIRCULAR);
  assertEquals(found.sort(), [
    'function pg_catalog.maintenance_note(pg_catalog.text) among the system\'s own objects in database "zoo"',
    "role mallory",
    "role mallory of the cluster",
    'the system\'s own objects in pg_proc in database "zoo"',
  ]);
}
