import { assertEquals } from "@std/assert";
import { compareFingerprints, type Verify } from "./compare.ts";
import { RULES, sameText } from "./compare/harmless.ts";
import { sameButForQualifiers, tokensOf } from "./compare/tokens.ts";

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
        '["public", "stale", "m", 9]\n["public", "orders", "r", 5, "12", "-4"]\n',
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

Deno.test("a materialized view that is empty now is a difference, other rows are none", async () => {
  const [found] = await differences({
    "1.rows":
      '["public", "orders", "r", 5, "12", "-3"]\n["public", "stale", "m"]\n',
  });
  assertEquals([found?.old, found?.new], ["4 rows", "never filled"]);
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

/** Texts of one object by an old server and a new one; each pair says the same. */
const SAME: readonly [type: string, before: string, after: string][] = [
  [
    "TABLE",
    'ALTER TABLE ONLY s."a\nb" ALTER COLUMN c SET (pg_attver=7);\nALTER TABLE ONLY s.t ALTER COLUMN d SET (pg_attver=7, n_distinct=5);',
    "ALTER TABLE ONLY s.t ALTER COLUMN d SET (n_distinct=5);",
  ],
  [
    "TYPE",
    "AS RANGE (\n    subtype = text\n);",
    "AS RANGE (\n    subtype = text,\n    multirange_type_name = public.m\n);",
  ],
  [
    "TYPE",
    "AS RANGE (\n    subtype = double precision,\n    subtype_diff = float8mi\n);",
    "AS RANGE (\n    subtype = double precision,\n    multirange_type_name = public.m,\n    subtype_diff = float8mi\n);",
  ],
  [
    "PROCEDURE",
    "CREATE PROCEDURE s.p(days integer, INOUT x integer)\n    AS $$ SELECT 1 IN (IN) $$;\nALTER PROCEDURE s.p(days integer, INOUT x integer) OWNER TO a;",
    "CREATE PROCEDURE s.p(IN days integer, INOUT x integer)\n    AS $$ SELECT 1 IN (IN) $$;\nALTER PROCEDURE s.p(IN days integer, INOUT x integer) OWNER TO a;",
  ],
  [
    "ACL",
    "REVOKE ALL ON PROCEDURE s.p(integer, b text) FROM PUBLIC;",
    "REVOKE ALL ON PROCEDURE s.p(IN integer, IN b text) FROM PUBLIC;",
  ],
  [
    "COLLATION",
    "(provider = icu, locale = 'de_DE');",
    "(provider = icu, locale = 'de-DE');",
  ],
  [
    "COLLATION",
    "(provider = icu, locale = 'de_DE@collation=phonebook');",
    "(provider = icu, locale = 'de-DE-u-co-phonebk');",
  ],
  [
    "ACL",
    "REVOKE SELECT,INSERT,UPDATE ON TABLE t FROM a;\nGRANT SELECT ON TABLE t TO a;",
    "REVOKE ALL ON TABLE t FROM a;\nGRANT SELECT,MAINTAIN ON TABLE t TO a;",
  ],
  [
    "TRIGGER",
    "CREATE TRIGGER t EXECUTE PROCEDURE f();",
    "CREATE TRIGGER t EXECUTE FUNCTION f();",
  ],
  [
    "TABLE",
    "CHECK (((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
    "CHECK (((v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))",
  ],
  [
    "VIEW",
    "SELECT c.id,\n    c.name AS n\n   FROM public.c\n  GROUP BY c.id",
    "SELECT id,\n    name AS n\n   FROM public.c\n  GROUP BY id",
  ],
];

/** Each pair says something else. */
const OTHER: readonly [type: string, before: string, after: string][] = [
  [
    "TYPE",
    "multirange_type_name = public.m",
    "multirange_type_name = public.n",
  ],
  [
    "COLLATION",
    "(provider = icu, locale = 'de_DE');",
    "(provider = icu, locale = 'de-AT');",
  ],
  [
    "COLLATION",
    "(provider = icu, locale = 'de_DE@collation=phonebook');",
    "(provider = icu, locale = 'de-DE');",
  ],
  [
    "ACL",
    "GRANT SELECT,UPDATE ON TABLE t TO a;",
    "GRANT SELECT ON TABLE t TO a;",
  ],
  ["TABLE", "CHECK (v = 'a')", "CHECK (v = 'b')"],
  ["TABLE", "a numeric(10,2)", "a numeric(10,3)"],
  ["TABLE", "SELECT c.id FROM c", "SELECT id FROM c"],
  ["VIEW", "SELECT c.id FROM c", "SELECT name FROM c"],
  ["VIEW", "SELECT id FROM c", "SELECT c.id FROM c"],
  ["FUNCTION", "AS $$ a $$", "AS $$ b $$"],
  ["PROCEDURE", "CREATE PROCEDURE p(a int)", "CREATE PROCEDURE p(OUT a int)"],
  ["PROCEDURE", "AS $$ f(a) $$", "AS $$ f(IN a) $$"],
];

Deno.test("every harmless spelling has a rule, and no rule hides more", () => {
  for (const [type, before, after] of SAME) {
    assertEquals(sameText(type, before, after), true, `${before} / ${after}`);
  }
  for (const [type, before, after] of OTHER) {
    assertEquals(sameText(type, before, after), false, `${before} / ${after}`);
  }
  const covered = SAME.map(([type]) => type);
  assertEquals(
    RULES.filter(({ types }) => !types.some((type) => covered.includes(type))),
    [],
  );
});

Deno.test("tokens keep strings, quoted names and dollar quotes whole", () => {
  assertEquals(
    tokensOf(
      `a."b c" = 'it''s; --' -- no\n/* no */ $x$ ' $x$::text[] <> E'\\''`,
    ),
    [
      ...[
        "a",
        ".",
        '"b c"',
        "=",
        "'it''s; --'",
        "$x$ ' $x$",
        "::",
        "text",
        "[",
        "]",
        "<>",
        "E'\\''",
      ],
    ],
  );
});

Deno.test("only qualifiers that the new text lacks may go", () => {
  const same = (before: string, after: string) =>
    sameButForQualifiers(tokensOf(before), tokensOf(after));
  assertEquals(same("a.a, a.b FROM s.a", "a, b FROM s.a"), true);
  assertEquals(same("a.*", "*"), true);
  assertEquals(same("s.a.b", "b"), true);
  assertEquals(same("a.b", "c.b"), false);
  assertEquals(same("b", "a.b"), false);
  assertEquals(same("a.b, c", "b"), false);
});
