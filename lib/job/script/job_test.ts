import { assert, assertEquals, assertMatch } from "@std/assert";
import { compareFingerprints, type Verify } from "../../compare/compare.ts";
import {
  BASE,
  type Case,
  drive,
  filesOf,
  fingerprints,
  read,
  type Result,
  resultOf,
  shell,
  testOnHost,
  upgrade,
} from "./testdata/host.ts";
import { findDeeds, restoreWithCare } from "./testdata/attack.ts";
import { KINDS } from "../../../tests/kinds/kinds.ts";
import { findPlantedInCluster } from "./testdata/plant.ts";
import { PLANTED } from "./testdata/planted.ts";

/** The job scripts, run by the contract on a database host of the rig. */

async function checkUpgraded(test: string, to: number, verify: Verify) {
  assertEquals(await compareFingerprints(...fingerprints(test), verify), []);
  const inner = to >= 18 ? "18/docker/" : "";
  const conf = await read(`${test}/staging/${inner}postgresql.conf`) ?? "";
  assertMatch(conf, /^include_dir 'conf.d'$/m);
  assertEquals(
    await read(`${test}/staging/${inner}conf.d/disk.conf`),
    "random_page_cost = 1.5\n",
  );
  assertEquals(await read(`${test}/staging/${inner}archived`), undefined);
  assertMatch(
    await read(`${test}/staging/${inner}pg_hba.conf`) ?? "",
    /10\.0\.0\.0\/8 md5/,
  );
  assertEquals(
    await read(`${test}/staging/${inner}postmaster.opts`),
    undefined,
  );
  return conf;
}

const controlOf = async (cluster: string) =>
  (await shell(`sha256sum <${BASE}/${cluster}/global/pg_control`)).split(
    " ",
  )[0];

async function upgradeClone() {
  const before = await filesOf("sample-13");
  await upgrade("case-a", 13, 18, { CLONE: "1", VERIFY: "checksums" });
  assertEquals(await filesOf("case-a/old"), before, "the old cluster changed");
  assertEquals((await shell(`ls -A ${BASE}/case-a/clone`)).trim(), "");
  const conf = await checkUpgraded("case-a", 18, "checksums");
  assertMatch(
    conf,
    /^#vacuum_cleanup_index_scale_factor = 0.2 {3}# pgladder: /m,
  );
  assertMatch(
    conf,
    /^ssl_ca_file = '\/var\/lib\/postgresql\/18\/docker\/ca.crt'$/m,
  );
  const result = await resultOf("case-a", "build", "build");
  const dropped = result.settings_dropped as { name: string }[];
  assertEquals(dropped.map(({ name }) => name), [
    "vacuum_cleanup_index_scale_factor",
  ]);
  assertEquals(
    result.control_sha256,
    await controlOf("case-a/staging/18/docker"),
  );
  const asked = await drive([
    ...["sql", "case-a", "18"],
    "SHOW shared_preload_libraries; SHOW work_mem; SHOW random_page_cost; SELECT count(*) FROM pg_database",
  ]);
  assertEquals(asked.output, "pg_stat_statements\n7MB\n1.5\n10\n");
}

async function upgradeInPlace() {
  await upgrade("case-b", 15, 17, { VERIFY: "counts" });
  await checkUpgraded("case-b", 17, "counts");
  const server = await resultOf("case-b", "dump", "dump_server");
  assertEquals(server.control_sha256, await controlOf("case-b/old"));
  assertEquals(server.state, "shut down");
  assertEquals(await read("case-b/old/archived"), undefined);
}

async function findPlanted() {
  const words = (await read("case-a/dump/fingerprint/databases") ?? "").split(
    "\n",
  );
  const number = words.indexOf(btoa("shop")) + 1;
  for (const [file, from, to, object] of PLANTED) {
    const change = (text: string) => {
      const changed = text.replace(from, to);
      assert(changed !== text, `Nothing to plant: ${from} is not in ${file}`);
      return changed;
    };
    const changes = { [file.replace("shop/", `${number}.`)]: change };
    const found = await compareFingerprints(
      ...fingerprints("case-a", changes),
      "checksums",
    );
    const where = file.startsWith("shop/") ? ' in database "shop"' : "";
    assertEquals(found.map((difference) => difference.object), [
      object + where,
    ]);
    const shown = JSON.stringify(found);
    assert(
      !/md5[0-9a-f]{32}|SCRAM-SHA/.test(shown),
      `A hash is shown: ${shown}`,
    );
  }
}

/** No server has a catalog that the table of kinds does not speak of. */
async function knowCatalogs() {
  const sql =
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'pg_catalog'::regnamespace ORDER BY relname COLLATE \"C\"";
  for (const [major, test] of [[13, "o"], [15, "o"], [17, "o"], [18, "a"]]) {
    const place = test === "a" ? "case-a" : `case-o${major}`;
    if (test === "o") {
      await shell(
        `mkdir ${BASE}/${place}; cp -a --reflink=auto ${BASE}/sample-${major} ${BASE}/${place}/staging`,
      );
    }
    const { code, output } = await drive(["sql", place, `${major}`, sql]);
    assertEquals(code, 0, output);
    assertEquals(
      KINDS.filter(({ since = 0 }) => since <= Number(major))
        .map(({ catalog }) => catalog).sort(),
      output.trim().split("\n"),
    );
  }
}

/** Builds `broken` from the dump of another test after `damage`; the result must say why it fails. */
async function failBuild(
  from: string,
  test: string,
  damage: string,
): Promise<Result> {
  await shell(
    `cd ${BASE} && mkdir ${test} && cp -a --reflink=auto ${from}/dump ${test}/dump && cd ${test} && ${damage}`,
  );
  const { code } = await drive(["build", test, "17"]);
  assertEquals(code, 1);
  return await resultOf(test, "build", "build");
}

async function refuseDamaged(from: string) {
  const globals = await failBuild(
    from,
    "case-c",
    `echo "ALTER ROLE nobody_here WITH PASSWORD 'md5secret';" >>dump/globals.sql`,
  );
  assertEquals(globals.failed_phase, "restore_globals");
  assertMatch(
    globals.error ?? "",
    /role "nobody_here" does not exist\nCommand was: ALTER ROLE nobody_here WITH PASSWORD '…';/,
  );
  const rows = await failBuild(
    from,
    "case-d",
    `f=$(ls -S dump/db-*/[0-9]*.dat.* | head -n 1); truncate -s $(($(stat -c %s "$f") / 2)) "$f"`,
  );
  assertEquals(rows.failed_phase, "restore");
  const full = await failBuild(
    from,
    "case-e",
    "mkdir staging && touch staging/something",
  );
  assertEquals([
    full.failed_phase,
    /is not empty, want an empty directory/.test(full.error ?? ""),
  ], ["prepare", true]);
}

async function refuseNoCluster() {
  await shell(
    `cd ${BASE} && mkdir -p case-f/old && echo 'Closed by "pgladder"' >case-f/old/PG_VERSION`,
  );
  const { code } = await drive(["dump", "case-f", "15", "17"]);
  assertEquals(code, 1);
  const says = /its PG_VERSION says 'Closed by "pgladder"', want a number/;
  assertMatch(
    (await resultOf("case-f", "dump", "dump_server")).error ?? "",
    says,
  );
  assertMatch(
    (await resultOf("case-f", "dump", "dump_worker")).error ?? "",
    says,
  );
}

async function mendCrash() {
  await shell(
    `cd ${BASE} && mkdir case-g && cp -a --reflink=auto sample-15 case-g/old &&
    podman run -d --name job-crash --network none --log-driver none -v ${BASE}/case-g/old:/var/lib/postgresql/data docker.io/library/postgres:15 &&
    until podman exec job-crash pg_isready -q; do sleep 0.2; done; podman kill job-crash; podman rm -v job-crash`,
  );
  const { code, output } = await drive(["mend", "case-g", "15"]);
  assertEquals(code, 0, output);
  const result = await resultOf("case-g", "mend", "mend");
  assertEquals([result.state_before, result.state], [
    "in production",
    "shut down",
  ]);
  assertEquals(result.unlogged_tables, {
    shop: ["app.cache"],
    zoo: ["zoo.fast"],
  });
}

/** What a host does that shuts down; the job is then done again. */
async function leaveNoResult() {
  const other = `{"run":"r1","attempt":8,"boot_id":"b","ok":true}`;
  const results = ["dump_worker", "dump_server"]
    .map((job) => `case-h/job-dump/${job}.result.json`);
  for (const file of results) {
    await shell(
      `install -D /dev/stdin ${BASE}/${file} <<<'${other}'`,
    );
  }
  await drive(["dump", "case-h", "15", "17"], { NO_WAIT: "1" });
  await shell(
    `until [[ -e ${BASE}/case-h/job-dump/ready ]]; do sleep 0.05; done; podman stop -t 30 job-case-h-dump job-case-h-dump-server`,
  );
  const codes = await shell(
    "podman inspect --format '{{.State.ExitCode}}' job-case-h-dump job-case-h-dump-server",
  );
  assert(!codes.includes("137"), "the runtime had to kill it");
  for (const file of results) {
    assertEquals(await read(file), `${other}\n`, "no result but another's");
  }
  const control = await shell(
    `podman run --rm --network none --entrypoint pg_controldata -v ${BASE}/case-h/old:/d docker.io/library/postgres:15 /d`,
  );
  assertMatch(control, /state: +shut down\n/);
}

/** 17.12 stamps its columns, and 18.6 does not know the option. */
async function upgradeStamped() {
  await upgrade("case-i", 17, 18, { CLONE: "1", VERIFY: "checksums" });
  await checkUpgraded("case-i", 18, "checksums");
}

/** Such values carry the stamps of the table that they are rows of. */
async function upgradeRowValues() {
  const sql = "CREATE TABLE zoo.rows AS SELECT c AS row FROM zoo.composed AS c";
  await shell(`mkdir ${BASE}/case-k
    cp -a --reflink=auto ${BASE}/sample-17 ${BASE}/case-k/old`);
  const { code, output } = await drive(["sql", "case-k", "17", sql, "zoo"], {
    CLUSTER: "old",
  });
  assertEquals(code, 0, output);
  await upgrade("case-k", 17, 18, { CLONE: "1", VERIFY: "checksums" });
  await checkDumpedByOld("case-k");
}

async function upgradeStampedInPlace() {
  await upgrade("case-j", 17, 18, { VERIFY: "checksums" });
  await checkDumpedByOld("case-j");
}

/** The old server's own pg_dump does not say of a subscription what 18 has another default for. */
async function checkDumpedByOld(test: string) {
  const found = await compareFingerprints(...fingerprints(test), "checksums");
  assertEquals(found, []);
}

const CASES: readonly Case[] = [
  ["13 to 18, from a clone, with checksums", upgradeClone],
  ["15 to 17, on the directory itself, with counts", upgradeInPlace],
  ["17 to 18, where the old server stamps columns", upgradeStamped],
  [
    "17 to 18, in place, by the old server's own pg_dump",
    upgradeStampedInPlace,
  ],
  ["17 to 18, where a column holds rows of a table", upgradeRowValues],
  ["planted differences are found and named", findPlanted],
  [
    "every loss planted in a cluster is found",
    () => findPlantedInCluster("case-a", 18),
  ],
  ["rows are put in by no superuser where roles have code", restoreWithCare],
  ["what a restore ran as the superuser is found", findDeeds],
  ["every catalog has its row in the table of kinds", knowCatalogs],
  [
    "a damaged dump is refused with the statement",
    () => refuseDamaged("case-b"),
  ],
  ["no cluster, no dump", refuseNoCluster],
  ["a crash is mended, unlogged tables are named", mendCrash],
  ["a signal leaves no result", leaveNoResult],
];

testOnHost("jobs", CASES);
