import { assert, assertEquals } from "@std/assert";
import { Database, type DatabaseOptions } from "./database.ts";
import { Host } from "./host.ts";

/**
 * From each version to each, under podman and docker: what the cluster holds is
 * asked before and after by SQL of the specs' own, not by the product's
 * comparison.
 */

let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise("specs-pairs");
  await host.rig("docker", host.name, "13", "15", "17", "18");
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower("specs-pairs"));

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly docker?: true;
  readonly method?: "pg_upgrade";
  /** Statements instead of the sample cluster. */
  readonly content?: readonly string[];
  readonly called?: string;
}

/** Names that stumble over every way of quoting. */
const ODD = `select "a""b" 'ü' $(reboot) \\ ☃`;

const PAIRS: readonly Pair[] = [
  { from: "13", to: "15" },
  { from: "17", to: "18" },
  { from: "13", to: "15", docker: true },
  { from: "13", to: "18", docker: true },
  { from: "15", to: "17", docker: true },
  { from: "17", to: "18", docker: true },
  { from: "13", to: "15", method: "pg_upgrade" },
  { from: "13", to: "18", method: "pg_upgrade" },
  { from: "15", to: "17", method: "pg_upgrade" },
  { from: "17", to: "18", method: "pg_upgrade" },
  { from: "15", to: "17", content: [], called: "an empty cluster" },
  {
    from: "15",
    to: "17",
    called: "names of keywords, quotes and unicode",
    content: [
      `CREATE DATABASE "table"`,
      `CREATE DATABASE "${ODD.replaceAll('"', '""')}"`,
      `CREATE ROLE "${ODD.replaceAll('"', '""')}" LOGIN`,
    ],
  },
];

for (const pair of PAIRS) {
  const { called = "the sample", docker, from, method = "dump", to } = pair;
  const runtime = docker ? "docker" : "podman";
  Deno.test(`${from} → ${to}, ${runtime}, ${method}: ${called}`, () =>
    upgraded(pair));
}

async function upgraded({ content, docker, from, method, to }: Pair) {
  await host.restore("bare");
  const options: DatabaseOptions = docker
    ? { tag: from, more: ["--docker"], unit: "docker-db.service" }
    : { tag: from };
  const database = await Database.make(host, {
    ...options,
    ...(content === undefined ? { rows: 500 } : {}),
  });
  for (const statement of content ?? []) {
    await database.psql("-qc", statement, "template1");
  }
  const before = await database.contents();
  const { code, stderr, stdout } = await host.pgladder(
    ...["upgrade", "db", "--to", to, "--switch", "unit", "--yes"],
    ...(docker ? ["--runtime", "docker"] : []),
    ...(method === undefined ? [] : ["--method", method]),
  );
  assertEquals(code, 0, stderr + stdout);
  assertEquals(await database.version(), to);
  const after = await database.contents();
  assertEquals({
    missing: before.filter((line) => !after.includes(line)),
    added: after.filter((line) => !before.includes(line)),
  }, { missing: [], added: [] });
  assert(content !== undefined || before.length > 100);
  await database.writes();
  await database.checkLosses();
}
