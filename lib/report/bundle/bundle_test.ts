import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { formatDocument } from "../../../journal/document.ts";
import { appFor } from "../../../tests/sample/app.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { STORIES, toldOf } from "../../../tests/sample/run_told.ts";
import { bundle } from "../../cli/command/bundle.ts";
import { Failure } from "../../base/failure.ts";
import { PortError } from "../../port/ports.ts";
import { redact, secretsOf } from "../../base/redact.ts";
import { tarOf } from "./tar.ts";

/** In what words secrets are met; each holds "hunter2…" and nothing else. */
const LEAKS = [
  "CREATE ROLE a PASSWORD 'hunter2-sql';",
  "ALTER ROLE a WITH LOGIN password 'hunter2 it''s hunter2';",
  '{"error":"CREATE ROLE a PASSWORD \'hunter2-json\'"}',
  "POSTGRES_PASSWORD=hunter2-env",
  'Environment="PGPASSWORD=hunter2 with blanks"',
  "DB_PASS: hunter2-yaml",
  '"password": "hunter2-json-value"',
  '{\\"secret\\":\\"hunter2-in-json\\"}',
  "postgres://app:hunter2-url@db:5432/shop",
  "host=db user=a password=hunter2-conninfo dbname=x",
  "subscription CONNECTION 'host=x password=hunter2-sub user=y'",
  "curl --token hunter2-argv https://x",
  "psql --password hunter2-argv",
  "Authorization: Bearer hunter2-bearer",
  "SCRAM-SHA-256$4096:hunter2$hunter2:hunter2",
  "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nhunter2 cut short",
  "AWS_SECRET_ACCESS_KEY='hunter2-aws'",
];

for (const leak of LEAKS) {
  Deno.test(`No secret is left of ${JSON.stringify(leak)}`, () => {
    const text = redact(`before\n${leak}\nafter\n`);
    assert(!text.includes("hunter2"), text);
    assert(text.startsWith("before\n"), text);
  });
}

Deno.test("A password's md5 goes, an image's digest stays", () => {
  const hash = "md5" + "0a".repeat(16);
  assertEquals(redact(`x '${hash}'`), "x '[removed]'");
  const digest = `sha256:${"15bb".repeat(16)}`;
  assertEquals(redact(digest), digest);
});

Deno.test("What says nothing secret stays unchanged", () => {
  for (
    const line of [
      "pg_restore: error: could not execute query: ERROR:  no space left",
      "== restore shop",
      '{"phase":"dump","database":"shop","done":3,"total":12,"unit":"tables"}',
      "ALTER ROLE CURRENT_USER PASSWORD NULL",
    ]
  ) assertEquals(redact(line), line);
});

Deno.test("The values of secret variables are known, where they lie is not", () => {
  const env = {
    POSTGRES_PASSWORD: "abc123",
    POSTGRES_PASSWORD_FILE: "/run/secrets/db",
    API_TOKEN: "t0k3n",
    PGDATA: "/var/lib/postgresql/data",
  };
  assertEquals(secretsOf(env), ["abc123", "t0k3n"]);
  assertEquals(redact("it said abc123!", secretsOf(env)), "it said [removed]!");
});

/** Of a key without an end nobody knows where it ends: all that follows goes. */
const LOGGED = LEAKS.filter((leak) => !leak.endsWith("cut short")).join("\n");

const plan = samplePlan();
const { entries } = toldOf(STORIES["under-way"]);
const JOB = "/srv/pleroma-db.pgladder/job/build-2";

function host() {
  const journal = formatDocument(entries, "0.1.0");
  const files = new MemoryFiles({
    "/root/": "",
    "/etc/os-release": 'NAME="Debian"\n',
    "/srv/pleroma-db.pgladder/": "",
    "/srv/pleroma-db.pgladder/job/": "",
    [`${JOB}/`]: "",
    [`${JOB}/build.log`]: `ünï ${LOGGED}\nand zq81-literal\nend of log`,
    [`${JOB}/build.result.json`]: "{}",
    [`${JOB}/private.conf`]: "secret configuration",
    [`${JOB}/build.sh`]: "a script",
    [`${JOB}/fingerprint`]: "role hashes",
    "/srv/pleroma-db.pgladder/history/": "",
    [`/srv/pleroma-db.pgladder/history/${plan.run}.json`]: journal,
  });
  const { container } = sampleFacts();
  return portsOf({
    files: Object.assign(files, { usersOf: () => Promise.resolve([]) }),
    clusters: { look: () => Promise.resolve(undefined) },
    containers: {
      inspect: () =>
        Promise.resolve({
          ...container,
          env: { ...container.env, POSTGRES_PASSWORD: "zq81-literal" },
        }),
    },
    host: {
      run: ([program]) => {
        if (program === "uname") throw new PortError("no uname");
        return Promise.resolve({
          code: 0,
          stdout: `${program} says zq81-literal\n`,
          stderr: "",
        });
      },
    },
  });
}

async function bundled(words: readonly string[], ports = host()) {
  const printed: string[] = [];
  const code = await bundle(appFor(["bundle", ...words], printed, ports));
  return { code, printed, ports };
}

Deno.test("A bundle is one tar file with what helps, and without a secret", async () => {
  const words = ["--volume", plan.volume.path, "--output", "/root/bug.tar"];
  const { code, printed, ports } = await bundled(words);
  assertEquals(code, 0);
  assert(
    printed[0]?.startsWith("Written to /root/bug.tar: 8 files"),
    printed[0],
  );
  const text = await ports.files.readText("/root/bug.tar") ?? "";
  for (const secret of ["hunter2", "zq81", "secret configuration", "role h"]) {
    assert(!text.includes(secret), secret);
  }
  const directory = await Deno.makeTempDir({ prefix: "pgladder-bundle-" });
  await Deno.writeTextFile(`${directory}/bug.tar`, text);
  const { code: untarred, stderr } = await new Deno.Command("tar", {
    args: ["-xf", "bug.tar"],
    cwd: directory,
  }).output();
  assertEquals([untarred, new TextDecoder().decode(stderr)], [0, ""]);
  const at = (name: string) =>
    Deno.readTextFileSync(`${directory}/pgladder-${plan.run}/${name}`);
  assert(at("job/build-2/build.log").startsWith("ünï "));
  assert(at("job/build-2/build.log").endsWith("\nend of log"));
  assertEquals(JSON.parse(at("status.json")).run, plan.run);
  assert(at("report.md").startsWith("# PostgreSQL 15.18"));
  assert(at("journal.json").includes('"pgladder-journal"'));
  const about = JSON.parse(at("host.json"));
  assertEquals(about.container.env, ["PGDATA", "POSTGRES_PASSWORD"]);
  assertEquals([about.kernel, about.system], [
    "cannot be asked",
    'NAME="Debian"\n',
  ]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("A bundle without a name goes where the person is", async () => {
  const { code, printed } = await bundled(["--volume", plan.volume.path]);
  assertEquals(code, 0);
  const path = `/root/pgladder-${plan.run}.tar`;
  assert(printed[0]?.startsWith(`Written to ${path}`), printed[0]);
});

Deno.test("A bundle replaces no file, and needs a directory", async () => {
  const words = ["--volume", plan.volume.path, "--output"];
  for (const path of ["/etc/os-release", "/nowhere/bug.tar"]) {
    const ports = host();
    const before = await ports.files.readText(path);
    await assertRejects(() => bundled([...words, path], ports), Failure, path);
    assertEquals(await ports.files.readText(path), before);
  }
});

Deno.test("A tar file holds any text, of any length", async () => {
  const texts = [
    "",
    "x".repeat(511),
    "ä".repeat(256),
    "\u{1f418}\n".repeat(999),
  ];
  const files = texts.map((text, index) => ({ name: `d/${index}`, text }));
  const directory = await Deno.makeTempDir({ prefix: "pgladder-tar-" });
  await Deno.writeTextFile(`${directory}/a.tar`, tarOf(files, 1767323045));
  const { code } = await new Deno.Command("tar", {
    args: ["-xf", "a.tar"],
    cwd: directory,
  }).output();
  assertEquals(code, 0);
  for (const { name, text } of files) {
    assertEquals(Deno.readTextFileSync(`${directory}/${name}`), text);
  }
  await Deno.remove(directory, { recursive: true });
  assertThrows(() => tarOf([{ name: "ü", text: "" }], 0));
});
