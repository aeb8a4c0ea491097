import { assertEquals, assertMatch } from "@std/assert";
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
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    ${DEEDS.map((it) => `EXECUTE $q$ ${it} $q$;`).join("\n    ")}
  END IF; RETURN true; END $$;`;

const CREATE = `CREATE ROLE mallory;
CREATE SCHEMA m AUTHORIZATION mallory;
SET ROLE mallory;
${chk("chk", "int")}
CREATE DOMAIN m.d AS int CHECK (m.chk(VALUE));
CREATE TABLE m.t (a int CHECK (m.chk(a)), d m.d);
INSERT INTO m.t VALUES (1, 1);
CREATE FUNCTION m.imm(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM m.chk($1); RETURN $1; END';
CREATE MATERIALIZED VIEW m.mv AS SELECT * FROM m.t;
CREATE INDEX ON m.mv (m.imm(a));
CREATE TABLE m.x (q text CHECK (query_to_xml(q, true, true, '') IS NOT NULL));
INSERT INTO m.x VALUES ('SELECT m.chk(1)');
RESET ROLE;
CREATE TABLE m.others AS SELECT 1 AS n;
CREATE FUNCTION m.deed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
  ${DEEDS.map((it) => `EXECUTE $q$ ${it} $q$;`).join("\n    ")}
END $$;
REVOKE ALL ON FUNCTION m.deed() FROM PUBLIC;
SET ROLE mallory;
CREATE FUNCTION m.sly(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
  BEGIN PERFORM m.deed(); EXCEPTION WHEN insufficient_privilege THEN END;
  BEGIN UPDATE m.others SET n = 2; EXCEPTION WHEN insufficient_privilege THEN END;
  RETURN true; END $$;
CREATE TABLE m.s (a int CHECK (m.sly(a)));
INSERT INTO m.s VALUES (1);
REVOKE ALL ON FUNCTION m.chk(int) FROM PUBLIC;
REVOKE ALL ON SCHEMA m FROM PUBLIC;
`;

/** Where no role has code of its own, what a superuser has put there runs as one. */
const OF_SUPERUSER = `CREATE ROLE mallory;
CREATE SCHEMA m;
GRANT USAGE ON SCHEMA m TO mallory;
CREATE TABLE m.w (a int);
${chk("own_chk", "int")}
ALTER TABLE m.w ADD CHECK (m.own_chk(a));
GRANT INSERT ON m.w TO mallory;
SET ROLE mallory;
INSERT INTO m.w VALUES (1);
`;

/** A table whose constraint needs the table's own row type is checked once its rows are there, by the restore itself. */
const CIRCULAR = `CREATE TABLE m.u (a int);
${chk("row_chk", "m.u")}
ALTER TABLE m.u ADD CHECK (m.row_chk(u));
INSERT INTO m.u VALUES (1);
`;

async function plant(test: string, sql: string) {
  await shell(
    `mkdir ${BASE}/${test}; cp -a --reflink=auto ${BASE}/sample-15 ${BASE}/${test}/old`,
  );
  const asked = await drive(["sql", test, "15", sql, "zoo"], {
    CLUSTER: "old",
  });
  assertEquals(asked.code, 0, asked.output);
}

async function restore(test: string, sql: string, env = {}) {
  await plant(test, sql);
  await upgrade(test, 15, 17, { CLONE: "1", VERIFY: "checksums", ...env });
  const found = await compareFingerprints(...fingerprints(test), "checksums");
  return found.map(({ object }) => object);
}

/** Rows are put in by a role that is no superuser, so an ordinary role's code can do nothing as one. */
export async function restoreWithCare() {
  assertEquals(await restore("case-l", CREATE), []);
  assertEquals((await resultOf("case-l", "build", "build")).ok, true);
  await refuseCircular();
}

/** What came about since the plan is seen before anything is dumped. */
async function refuseCircular() {
  await plant("case-n", CREATE + CIRCULAR);
  assertEquals((await drive(["dump", "case-n", "15", "17"])).code, 1);
  assertMatch(
    (await resultOf("case-n", "dump", "dump_worker")).error ?? "",
    /There is constraint u_check on table m\.u with m\.row_chk\(m\.u\) of mallory in database "zoo", and a restore would run it as the superuser/,
  );
}

/** What it has done all the same is found, also where the system's own objects were noted before the downtime. */
export async function findDeeds() {
  const found = await restore("case-m", OF_SUPERUSER, { AHEAD: "1" });
  const { seconds } = await resultOf("case-m", "initialise", "initialise");
  assertMatch(JSON.stringify(seconds), /"note":/);
  assertEquals(
    (await shell(`find ${BASE}/case-m/staging -name 'pgladder*'`)).trim(),
    "",
  );
  assertEquals(found.sort(), [
    'function pg_catalog.maintenance_note(pg_catalog.text) among the system\'s own objects in database "zoo"',
    "role mallory",
    "role mallory of the cluster",
    'the system\'s own objects in pg_proc in database "zoo"',
  ]);
}
