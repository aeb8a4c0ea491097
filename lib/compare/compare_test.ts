import { assertEquals } from "@std/assert";
import { compareRecords, KINDS } from "./records.ts";
import { compareFingerprints, type Verify } from "./compare.ts";
import { differenceOf } from "./difference.ts";

type Files = Record<string, string>;

const entry = (head: string, text: string) =>
  `--\n-- ${head}\n--\n\n${text}\n\n`;

const TABLE = entry(
  "Name: orders; Type: TABLE; Schema: public; Owner: shop",
  "CREATE TABLE public.orders (\n    id integer NOT NULL,\n    total numeric(10,2) DEFAULT 0\n);",
);

/** A small fingerprint with one database, "shop". */
const OLD: Files = {
  "databases": "c2hvcA==\n",
  "globals.sql":
    "-- head\nCREATE ROLE shop;\nALTER ROLE shop WITH NOSUPERUSER INHERIT LOGIN PASSWORD 'md5aaaa';\nGRANT readers TO shop;\n",
  "1.schema.sql": `\\restrict abc\nSET lock_timeout = 0;\n${TABLE}`,
  "1.rows":
    '["public", "orders", "r", 5, "12", "-3"]\n["public", "stale", "m", 4]\n',
  "1.sequences": '["public", "orders_id_seq", 5, true]\n',
  "1.settings":
    '["extension", "pg_trgm"]\n["database", "encoding", "UTF8"]\n["large objects", 2, "77"]\n',
};

const differences = (
  changed: Files,
  verify: Verify = "checksums",
  missing?: string,
) =>
  compareFingerprints(
    (name) => Promise.resolve(OLD[name]),
    (name) =>
      Promise.resolve(
        name === missing ? undefined : { ...OLD, ...changed }[name],
      ),
    verify,
  );

Deno.test("equal fingerprints have no differences", async () => {
  assertEquals(await differences({}), []);
});

/** As pg_dump writes it down: from which version, and since 17.6 with a word. */
const dumped = (version: string, word: string, text: string) =>
  `--\n-- PostgreSQL database dump\n--\n\n${
    word && `\\restrict ${word}\n\n`
  }-- Dumped from database version ${version}\n-- Dumped by pg_dump version 17.12\n\n${text}--\n-- PostgreSQL database dump complete\n--\n\n${
    word && `\\unrestrict ${word}\n\n`
  }`;

async function schemas(before: string, after: string) {
  const found = await compareFingerprints(
    (name) => Promise.resolve({ ...OLD, "1.schema.sql": before }[name]),
    (name) => Promise.resolve({ ...OLD, "1.schema.sql": after }[name]),
    "schema",
  );
  return found.map(({ object, old, new: is }) => [object, old, is]);
}

Deno.test("what differs by the occasion of a dump alone is no difference", async () => {
  for (
    const [before, after] of [
      [dumped("15.18", "abc", TABLE), dumped("17.12", "xyz", TABLE)],
      [dumped("15.18", "", TABLE), dumped("17.12", "", TABLE)],
      [dumped("15.18", "", TABLE), dumped("17.12", "xyz", TABLE)],
    ] as const
  ) {
    assertEquals(await schemas(before, after), []);
  }
});

Deno.test("what only looks like it, in a function, is one", async () => {
  const body = (text: string) =>
    entry(
      "Name: f(); Type: FUNCTION; Schema: public; Owner: shop",
      `CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$\n${text}\n$$;`,
    );
  for (
    const [before, after] of [
      [
        "-- Dumped from database version 15",
        "-- Dumped from database version 17",
      ],
      ["select 'abc a'", "select 'bc a'"],
      ["select 'bc '", "select 'abc a'"],
    ] as const
  ) {
    for (const word of ["", "a"]) {
      assertEquals(
        await schemas(
          dumped("15.18", "", body(`\\restrict a\n${before}`)),
          dumped("17.12", word, body(`\\restrict a\n${after}`)),
        ),
        [['function public.f() in database "shop"', before, after]],
      );
    }
  }
});

Deno.test("a lost table is named, in the schema and in the rows", async () => {
  const found = await differences({
    "1.schema.sql": "",
    "1.rows": '["public", "stale", "m", 4]\n',
  });
  assertEquals(found.map(({ object, new: is }) => [object, is]), [
    ['table public.orders in database "shop"', undefined],
    ['table public.orders in database "shop"', undefined],
  ]);
});

Deno.test("only the lines that differ are shown", async () => {
  const changed = TABLE.replace("numeric(10,2)", "numeric(10,3)");
  assertEquals(await differences({ "1.schema.sql": changed }), [{
    object: 'table public.orders in database "shop"',
    old: "total numeric(10,2) DEFAULT 0",
    new: "total numeric(10,3) DEFAULT 0",
  }]);
});

Deno.test("an object that is new is a difference too", async () => {
  const view = entry(
    "Name: v; Type: VIEW; Schema: public; Owner: shop",
    "CREATE VIEW public.v AS\n SELECT 1;",
  );
  const [found, ...more] = await differences({ "1.schema.sql": TABLE + view });
  assertEquals([found?.object, found?.old, more.length], [
    'view public.v in database "shop"',
    undefined,
    0,
  ]);
});

Deno.test("a table's table space is part of it, although it is set ahead of it", async () => {
  const moved = `SET default_tablespace = fast;\n\n${TABLE}`;
  const [found] = await differences({
    "1.schema.sql": entry(
      "Name: a; Type: SCHEMA; Schema: -; Owner: shop",
      moved,
    ),
  });
  assertEquals(found?.object, 'table public.orders in database "shop"');
});

Deno.test("rows, content and sequences are compared by themselves", async () => {
  assertEquals(
    await differences({
      "1.rows":
        '["public", "stale", "m", 4]\n["public", "orders", "r", 5, "12", "-4"]\n',
      "1.sequences": '["public", "orders_id_seq", 1, false]\n',
    }),
    [
      {
        object: 'sequence public.orders_id_seq in database "shop"',
        old: "5",
        new: "1, not used yet",
      },
      {
        object: 'table public.orders in database "shop"',
        old: "5 rows, content 12 -3",
        new: "5 rows, content 12 -4",
      },
    ],
  );
});

Deno.test("a sequence that a later version of an extension brings is no difference, any other one is", async () => {
  const line = '["public", "orders_id_seq", 5, true]\n';
  const added = (of: string) => ({
    "1.sequences": `${line}["topology", "topology_id_seq", 2, true${of}]\n`,
  });
  assertEquals(await differences(added(', "extension"')), []);
  assertEquals(await differences(added("")), [{
    object: 'sequence topology.topology_id_seq in database "shop"',
    old: undefined,
    new: "2",
  }]);
});

Deno.test("a place in the log is the same with leading zeros, as 19 writes it", () => {
  const lines = (lsn: string) =>
    `["subscription", "news", "enabled", "${lsn}", null]\n`;
  const found = (before: string, after: string) => [
    ...compareRecords(KINDS.settings, lines(before), lines(after), ""),
  ];
  assertEquals(found("0/A1B0", "0/0000A1B0"), []);
  assertEquals(found("0/0", "0/00000000"), []);
  assertEquals(found("0/A1B0", "0/0000A1B1").length, 1);
});

Deno.test("a materialized view that is empty now, or has other rows, is a difference", async () => {
  for (
    const [line, is] of [['"m"', "never filled"], ['"m", 3', "3 rows"]]
  ) {
    const [found] = await differences({
      "1.rows":
        `["public", "orders", "r", 5, "12", "-3"]\n["public", "stale", ${line}]\n`,
    });
    assertEquals([found?.old, found?.new], ["4 rows", is]);
  }
});

Deno.test("a table of an extension may have other rows, but must be there", async () => {
  const rows = OLD["1.rows"] ?? "";
  const added = `${rows}["pgmq", "q_mail", "x", 7]\n`;
  const compared = async (before: string, after: string) =>
    (await compareFingerprints(
      (name) => Promise.resolve(name === "1.rows" ? before : OLD[name]),
      (name) => Promise.resolve(name === "1.rows" ? after : OLD[name]),
      "counts",
    )).map(({ object, old, new: is }) => [object, old, is]);
  assertEquals(await compared(added, added.replace("7", "3")), []);
  assertEquals(await compared(rows, added), []);
  assertEquals(await compared(added, rows), [
    ['table pgmq.q_mail in database "shop"', "7 rows", undefined],
  ]);
});

Deno.test("settings name what they are about", async () => {
  const found = await differences({
    "1.settings":
      '["extension", "plpgsql"]\n["database", "encoding", "LATIN1"]\n["large objects", 1, "7"]\n',
  });
  assertEquals(found.map(({ object, old, new: is }) => [object, old, is]), [
    ['extension pg_trgm in database "shop"', "", undefined],
    ['database encoding in database "shop"', "UTF8", "LATIN1"],
    ['large objects in database "shop"', "2 77", "1 7"],
  ]);
});

Deno.test("a password that changed is a difference, and is not shown", async () => {
  const [found] = await differences({
    "globals.sql": OLD["globals.sql"]?.replace("md5aaaa", "md5bbbb") ?? "",
  });
  assertEquals(found?.object, "role shop");
  assertEquals(/md5/.test(JSON.stringify(found)), false);
});

Deno.test("a password within a connection is not shown, what differs is", () => {
  const sql = (host: string) =>
    `CREATE SUBSCRIPTION s CONNECTION 'host=${host} password=s3cret'`;
  const found = differenceOf("subscription s", sql("a"), sql("b"));
  assertEquals(
    found.old,
    "CREATE SUBSCRIPTION s CONNECTION 'host=a password=…'",
  );
  assertEquals(
    found.new,
    "CREATE SUBSCRIPTION s CONNECTION 'host=b password=…'",
  );
});

Deno.test("a membership from before 16 is the same with what 16 adds", async () => {
  const globals = OLD["globals.sql"] ?? "";
  const same = globals.replace(
    "TO shop;",
    "TO shop WITH INHERIT TRUE GRANTED BY postgres;",
  );
  assertEquals(await differences({ "globals.sql": same }), []);
  const other = same.replace("INHERIT TRUE", "INHERIT FALSE");
  assertEquals(
    (await differences({ "globals.sql": other })).map(({ object }) => object),
    [
      "membership of shop in readers",
    ],
  );
});

Deno.test("a procedure's comment is known by its name, with and without IN", async () => {
  const comment = (by: string) =>
    entry(
      `Name: PROCEDURE tidy(${by}days integer); Type: COMMENT; Schema: public; Owner: shop`,
      `COMMENT ON PROCEDURE public.tidy(${by}days integer) IS 'Sweeps';`,
    );
  assertEquals(await schemas(comment(""), comment("IN ")), []);
});

Deno.test("a file that is missing is a difference", async () => {
  assertEquals(
    (await differences({}, "counts", "1.rows"))[0]?.object,
    "fingerprint 1.rows",
  );
  assertEquals(await differences({}, "schema", "1.rows"), []);
  assertEquals((await differences({}, "counts", "databases")).length, 1);
});

Deno.test("databases are known by name, whatever it is", async () => {
  const other = btoa(
    String.fromCharCode(...new TextEncoder().encode('a"; DROP ☃')),
  );
  const found = await differences({ databases: `c2hvcA==\n${other}\n` });
  assertEquals(found, [{
    object: 'database "a""; DROP ☃"',
    old: undefined,
    new: "is there",
  }]);
});
