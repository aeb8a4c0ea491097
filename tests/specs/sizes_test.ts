import { assert, assertEquals } from "@std/assert";
import { statfsSync } from "node:fs";
import { Database } from "./database.ts";
import { Host, sleep } from "./host.ts";

/**
 * Sizes: many tables, databases, large objects and partitions, and one big
 * table. pgladder itself stays small, whatever it upgrades; what each took is
 * printed, and stands in tests/bench/README.md.
 *
 * PGLADDER_SIZE=100 plants everything in full; the default is a tenth of it,
 * so that the spec is usable.
 */

const PERCENT = Number(Deno.env.get("PGLADDER_SIZE") ?? "10");
const part = (full: number) => Math.ceil(full * PERCENT / 100);

/** The highest that pgladder's own process may take, in MiB; an idle one takes about 100. */
const PEAK_MIB = 400;
const MIB = 1024 ** 2;
const DISK = "/srv/xfs";

let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-sizes", "--disk", "xfs", "--size", "30G");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower("specs-sizes"));

interface Size {
  readonly what: string;
  /** Run in the database "postgres". */
  readonly plant: string;
  /** Comes to the same before and after. */
  readonly ask: string;
  readonly is: string;
  readonly methods: readonly ("dump" | "pg_upgrade")[];
}

const TABLES = part(2000);
const DATABASES = part(200);
const OBJECTS = part(100_000);
const PARTS = part(1000);
const TABLE_MB = part(5120);
/** Rows of about a kilobyte that do not compress to nothing. */
const ROWS = TABLE_MB * 970;

/** Statements made by a query, each by itself: one transaction would take too many locks. */
const each = (query: string) => `${query} \\gexec\n`;

const SIZES: readonly Size[] = [
  {
    what: `${TABLES} tables`,
    plant: each(`
      SELECT format('CREATE TABLE t%s (id serial PRIMARY KEY, name text UNIQUE, at timestamptz DEFAULT now()); '
        'INSERT INTO t%s (name) SELECT n::text FROM generate_series(1, 10) AS n', n, n)
      FROM generate_series(1, ${TABLES}) AS n`),
    ask: "SELECT count(*), sum(rows::int) FROM (SELECT " +
      "(xpath('//n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', relname), true, true, '')))[1]::text AS rows " +
      "FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]+$') AS counted",
    is: `${TABLES}|${TABLES * 10}`,
    methods: ["dump", "pg_upgrade"],
  },
  {
    what: `${DATABASES} databases`,
    plant:
      "CREATE TABLE words AS SELECT n, md5(n::text) AS name FROM generate_series(1, 1000) AS n;\n" +
      "CREATE DATABASE d0; \\connect d0\n" +
      "CREATE TABLE words AS SELECT n, md5(n::text) AS name FROM generate_series(1, 1000) AS n;\n" +
      "\\connect postgres\n" +
      each(
        `SELECT format('CREATE DATABASE d%s TEMPLATE d0', n) FROM generate_series(1, ${
          DATABASES - 1
        }) AS n`,
      ),
    ask: "SELECT count(*) FROM pg_database WHERE datname ~ '^d[0-9]+$'",
    is: `${DATABASES}`,
    methods: ["dump", "pg_upgrade"],
  },
  {
    what: `${OBJECTS} large objects`,
    plant: each(`
      SELECT format('SELECT count(lo_from_bytea(n, convert_to(repeat(n::text, 50), ''UTF8''))) '
        'FROM generate_series(%s, %s) AS n', n, least(n + 999, ${
      100_000 + OBJECTS - 1
    }))
      FROM generate_series(100000, ${100_000 + OBJECTS - 1}, 1000) AS n`),
    ask:
      "SELECT count(*), bool_and(lo_get(oid) = convert_to(repeat(oid::text, 50), 'UTF8')) FROM pg_largeobject_metadata",
    is: `${OBJECTS}|t`,
    methods: ["dump", "pg_upgrade"],
  },
  {
    what: `a table of ${PARTS} parts`,
    plant: `
      CREATE TABLE whole (id int, at timestamptz DEFAULT now(), PRIMARY KEY (id)) PARTITION BY RANGE (id);\n` +
      each(`
        SELECT format('CREATE TABLE part%s PARTITION OF whole FOR VALUES FROM (%s) TO (%s)', n, n * 100, (n + 1) * 100)
        FROM generate_series(0, ${PARTS - 1}) AS n`) +
      `CREATE INDEX ON whole (at); INSERT INTO whole SELECT generate_series(0, ${
        PARTS * 100 - 1
      });`,
    ask: "SELECT count(*), count(DISTINCT tableoid), sum(id) FROM whole",
    is: `${PARTS * 100}|${PARTS}|${PARTS * 100 * (PARTS * 100 - 1) / 2}`,
    methods: ["dump", "pg_upgrade"],
  },
  {
    what: `a table of ${TABLE_MB} MB`,
    plant: `
      CREATE TABLE big (id bigint PRIMARY KEY, text text);
      INSERT INTO big SELECT n, repeat(md5(n::text), 2) || repeat('x', 900) || md5((n + 1)::text)
      FROM generate_series(1, ${ROWS}) AS n;`,
    ask:
      "SELECT count(*), sum(length(text)), sum(id), pg_relation_size('big') > ${TABLE_MB}::bigint * 1000000 FROM big"
        .replace("${TABLE_MB}", String(TABLE_MB)),
    is: `${ROWS}|${ROWS * 996}|${ROWS * (ROWS + 1) / 2}|t`,
    methods: ["dump", "pg_upgrade"],
  },
];

for (const size of SIZES) {
  for (const method of size.methods) {
    Deno.test(`${size.what} by ${method}`, () => upgraded(size, method));
  }
}

async function upgraded({ ask, is, plant, what }: Size, method: string) {
  await host.restore("bare");
  const database = await Database.make(host, { dir: `${DISK}/db` });
  await host.ok("bash", "-c", `printf %s "$1" >/tmp/plant.sql`, "_", plant);
  await database.psql(
    "-qv",
    "ON_ERROR_STOP=1",
    "-o",
    "/dev/null",
    "-f",
    "/tmp/plant.sql",
  );
  await database.sql("CHECKPOINT");
  assertEquals(await database.sql(ask), is);
  const before = usedMib();

  const began = Date.now();
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
    ...["--method", method],
  );
  const watched = watch(await climb.pid());
  const { code, stderr, stdout } = await climb.end();
  assertEquals(code, 0, stderr + stdout);
  const seconds = (Date.now() - began) / 1000;
  const { diskMib, memoryMib } = await watched.end();

  assertEquals(await database.version(), "17");
  assertEquals(await database.sql(ask), is);
  await database.writes();
  await database.checkLosses();
  const { steps } = JSON.parse(
    (await host.pgladder("status", "db", "--json")).stdout,
  );
  const took = (steps as { id: string; ms?: number }[])
    .map(({ id, ms = 0 }) => `${id} ${(ms / 1000).toFixed(1)} s`).join(", ");
  print(
    `\n${what} by ${method}: ${seconds.toFixed(0)} s in all (${took}); ` +
      `pgladder's memory at its peak ${memoryMib} MiB; the disk's at its peak ${
        diskMib - before
      } MiB over the ${before} MiB before`,
  );
  assert(memoryMib > 0 && memoryMib < PEAK_MIB, `${memoryMib} MiB`);
}

const print = (text: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

const usedMib = () => {
  const { bfree, blocks, bsize } = statfsSync(host.path(DISK));
  return Math.round((blocks - bfree) * bsize / MIB);
};

/** The highest of both while a process lives; its program keeps its PID. */
function watch(pid: number) {
  let memoryMib = 0;
  let diskMib = 0;
  let ended = false;
  const look = () => {
    diskMib = Math.max(diskMib, usedMib());
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      const [, kib = "0"] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
      memoryMib = Math.max(memoryMib, Math.round(Number(kib) / 1024));
    } catch (error) {
      // Between two looks it has ended.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  const looking = (async () => {
    while (!ended) {
      look();
      await sleep(300);
    }
  })();
  return {
    async end() {
      ended = true;
      await looking;
      return { diskMib, memoryMib };
    },
  };
}
