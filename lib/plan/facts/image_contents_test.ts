import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { portsOf } from "../../../tests/sample/ports.ts";
import { askContents, contentsIn } from "./image_contents.ts";
import { imageOf } from "./image.ts";

/** What the probe of Debian's image prints, and what more it was asked. */
const PRINTED = [
  "postgres (PostgreSQL) 17.6 (Debian 17.6-1.pgdg13+1)",
  ...["999", "998", "x86_64"],
  ...["pg_dump", "pg_restore", "vacuumdb"].map((it) => `/usr/bin/${it}`),
  "ldd (Debian GLIBC 2.41-12) 2.41",
  "Copyright",
  "== more",
  ...["extension citext", "extension citext", "library citext-1.7"],
  ...["schema pg_cron/pg_catalog", "schema odd", "schema a/b c"],
  ...["version hstore/1.8", "update hstore--1.7--1.8", "update odd--1"],
  ...["locale C", "locale en_US.utf8", "unknown wal_keep_segments"],
];

Deno.test("What an image is and what it brings come from one container", async () => {
  const asked: (readonly string[])[] = [];
  const probe = (_: string, words: readonly string[]) => {
    asked.push(words);
    return Promise.resolve({
      code: 0,
      stdout: `${PRINTED.join("\n")}\n`,
      stderr: "",
    });
  };
  const found = await imageOf(portsOf({ containers: { probe } }), {
    reference: "postgres:17",
    facts: { id: "b0", digest: "", env: {}, volumes: [] },
    pgdata: "/data",
    inner: "/data",
    more: askContents({
      version: "15.18 (Debian 15.18-0+deb12u1)",
      set: ["work_mem", "auto_explain.log_nested_statements", "work_mem"],
      granted: ["jit"],
      roleSettings: [{ name: "jit", of: 'role "app"' }],
    }),
  });
  assertEquals(asked.length, 1);
  assertEquals(asked[0]?.slice(3), ["pgladder", "15", "work_mem", "jit"]);
  assertEquals([found.image.version, found.libc], ["17.6", "glibc 2.41"]);
  assertEquals(contentsIn(found.more), {
    extensions: ["citext"],
    schemas: [
      { extension: "pg_cron", schema: "pg_catalog" },
      { extension: "a", schema: "b c" },
    ],
    versions: [{ extension: "hstore", version: "1.8" }],
    updates: [{ extension: "hstore", from: "1.7", to: "1.8" }],
    libraries: ["citext-1.7"],
    locales: ["C", "en_US.utf8"],
    unknownSettings: ["wal_keep_segments"],
    stamps: false,
  });
});

Deno.test("An image that has nothing to say of it brings nothing", () => {
  assertEquals(contentsIn(""), {
    extensions: [],
    schemas: [],
    versions: [],
    updates: [],
    libraries: [],
    locales: [],
    unknownSettings: [],
    stamps: false,
  });
});

/** A server that says nothing, and beside it control files and scripts. */
async function askedOf(
  controls: Readonly<Record<string, string>>,
  scripts: readonly string[] = [],
) {
  const root = await Deno.makeTempDir();
  const directory = join(root, "share", "extension");
  await Deno.mkdir(directory, { recursive: true });
  await Deno.mkdir(join(root, "bin"));
  await Deno.writeTextFile(join(root, "bin", "postgres"), "#!/bin/sh\n", {
    mode: 0o755,
  });
  for (const [name, text] of Object.entries(controls)) {
    await Deno.writeTextFile(join(directory, `${name}.control`), text);
  }
  for (const name of scripts) {
    await Deno.writeTextFile(join(directory, `${name}.sql`), "");
  }
  const { script, words } = askContents({
    version: "15.18",
    set: [],
    granted: [],
    roleSettings: [],
  });
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", script, "pgladder", ...words],
    env: { PATH: `${join(root, "bin")}:${Deno.env.get("PATH")}` },
  }).output();
  await Deno.remove(root, { recursive: true });
  // This machine may have some of its own.
  const found = contentsIn(new TextDecoder().decode(stdout));
  const own = <T extends { extension: string }>(all: readonly T[]) =>
    all.filter(({ extension }) => extension in controls);
  return {
    schemas: own(found.schemas),
    updates: own(found.updates),
    versions: own(found.versions),
  };
}

Deno.test("The schema that an extension insists on is read from its control files", async () => {
  const { schemas, versions } = await askedOf({
    bare: "comment = 'schema = none'\n#schema = none\nrelocatable = true\n",
    here: "  schema = pg_catalog # yes\ndefault_version = '1.6'\n",
    quoted: "schema 'My Schema'",
    newer: "default_version='2.0'\nschema = old\n",
    "newer--1.0": "schema = older\n",
    "newer--2.0": "schema = new\n",
  });
  assertEquals(versions, [
    { extension: "here", version: "1.6" },
    { extension: "newer", version: "2.0" },
  ]);
  assertEquals(
    schemas,
    [
      { extension: "here", schema: "pg_catalog" },
      { extension: "newer", schema: "new" },
      { extension: "quoted", schema: "My Schema" },
    ],
  );
});

Deno.test("How an extension can be updated is read from the names of its scripts", async () => {
  const { updates } = await askedOf(
    { a: "default_version = '1.2'\n" },
    ["a--1.0", "a--1.0--1.1", "a--1.1--1.2", "a--x--1.1--1.2", "ab--1--2"],
  );
  assertEquals(updates, [
    { extension: "a", from: "1.0", to: "1.1" },
    { extension: "a", from: "1.1", to: "1.2" },
  ]);
});

Deno.test("Of another vendor's cluster an image of the same version is asked, too", () => {
  const server = { version: "15.18", set: [], granted: [], roleSettings: [] };
  assertEquals(askContents(server).words, ["15"]);
  assertEquals(askContents(server, true).words, ["0"]);
});
