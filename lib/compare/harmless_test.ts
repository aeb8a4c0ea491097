import { assertEquals } from "@std/assert";
import { isBrought, RULES, sameText } from "./harmless.ts";
import { sameButForQualifiers, tokensOf } from "./tokens.ts";

/** Texts of one object by an old server and a new one; each pair says the same. */
const SAME: readonly [type: string, before: string, after: string][] = [
  [
    "TABLE",
    'ALTER TABLE ONLY s."a\nb" ALTER COLUMN c SET (pg_attver=7);\nALTER TABLE ONLY s.t ALTER COLUMN d SET (pg_attver=7, n_distinct=5);',
    "ALTER TABLE ONLY s.t ALTER COLUMN d SET (n_distinct=5);",
  ],
  [
    "INDEX",
    "CREATE INDEX i ON public.t USING btree (((d IS DOCUMENT)));",
    "CREATE INDEX i ON public.t USING btree (d IS DOCUMENT);",
  ],
  [
    "INDEX",
    "CREATE INDEX i ON public.t USING btree (b, ((m.f(d) IS DOCUMENT)));",
    "CREATE INDEX i ON public.t USING btree (b, m.f(d) IS DOCUMENT);",
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
    "TABLE",
    "CREATE TABLE s.long (\n    a integer NOT NULL,\n    b text\n);",
    'CREATE TABLE s.long (\n    a integer CONSTRAINT "long_ a_not_null" NOT NULL,\n    b text\n);',
  ],
  [
    "DATABASE PROPERTIES",
    "OWNER a \nALTER ROLE b IN DATABASE d SET x TO '1;';\nALTER ROLE c IN DATABASE d SET y TO '2';",
    "OWNER a \nALTER ROLE c IN DATABASE d SET y TO '2';\nALTER ROLE b IN DATABASE d SET x TO '1;';",
  ],
  [
    "ACL",
    `REVOKE SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE ON TABLE "t\r" FROM a;\nGRANT SELECT ON TABLE "t\r" TO a;`,
    `REVOKE ALL ON TABLE "t\r" FROM a;\nGRANT SELECT,MAINTAIN ON TABLE "t\r" TO a;`,
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
    "REVOKE SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE ON TABLE t FROM a;\nGRANT SELECT ON TABLE t TO a;",
    "REVOKE ALL ON TABLE t FROM a;\nGRANT SELECT,MAINTAIN ON TABLE t TO a;",
  ],
  [
    "ACL",
    "REVOKE SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE ON TABLE t FROM a;",
    "REVOKE ALL ON TABLE t FROM a;\nGRANT MAINTAIN ON TABLE t TO a;",
  ],
  [
    "POLICY",
    "USING (((a OR b) OR (x = (- 5))))",
    "USING ((a OR b OR (x = '-5'::integer)))",
  ],
  [
    "VIEW",
    "SELECT a.i\n   FROM s.a\n  WHERE (a.i = (- 5))",
    "SELECT i\n   FROM s.a\n  WHERE (i = '-5'::integer)",
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
    "INDEX",
    "CREATE INDEX i ON public.t USING btree (((a || d) IS DOCUMENT));",
    "CREATE INDEX i ON public.t USING btree ((a || (d IS DOCUMENT)));",
  ],
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
  [
    "COLLATION",
    "(provider = icu, locale = 'de-u-co-phonebk');",
    "(provider = icu, locale = 'de-u-ks-level1');",
  ],
  ["ACL", "REVOKE INSERT ON TABLE t FROM a;", "REVOKE ALL ON TABLE t FROM a;"],
  [
    "ACL",
    "REVOKE ALL ON TABLE t FROM a;",
    "REVOKE ALL ON TABLE t FROM a;\nGRANT MAINTAIN ON TABLE t TO b;",
  ],
  [
    "ACL",
    "GRANT SELECT ON TABLE t TO a;",
    "GRANT SELECT,MAINTAIN ON TABLE t TO a;",
  ],
  ["POLICY", "USING ((a OR (b AND c)))", "USING (((a OR b) AND c))"],
  ["POLICY", "USING ((a AND (b OR c)))", "USING (((a AND b) OR c))"],
  ["POLICY", "USING ((a = (b)::text))", "USING ((a = (b)::bpchar))"],
  ["TABLE", "CHECK ((a = (b)::text))", "CHECK ((a = b))"],
  ["CONSTRAINT", "CHECK (((a + b) * c) > 1)", "CHECK ((a + (b * c)) > 1)"],
  [
    "INDEX",
    "WHERE ((v)::text = ANY (ARRAY['a'::text]))",
    "WHERE ((v)::text = ANY (ARRAY['a'::bpchar]))",
  ],
  ["VIEW", "ANY ((SELECT a FROM b))", "ANY (SELECT a FROM b)"],
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

Deno.test("A comment that comes by itself is no difference, one that is lost is", () => {
  const comment = (name: string) => ({ type: "COMMENT", name });
  const extension = comment("EXTENSION hstore");
  const text = "COMMENT ON EXTENSION hstore IS 'data type';";
  assertEquals(isBrought(extension, [undefined, text]), true);
  assertEquals(isBrought(extension, [text, undefined]), false);
  assertEquals(isBrought(extension, [text, "COMMENT …"]), false);
  const schema = comment("SCHEMA public");
  const none = "OWNER a \nCOMMENT ON SCHEMA public IS '';";
  assertEquals(isBrought(schema, [none, undefined]), true);
  assertEquals(
    isBrought(schema, ["COMMENT ON SCHEMA public IS 'a';", undefined]),
    false,
  );
  assertEquals(isBrought(comment("SCHEMA other"), [none, undefined]), false);
});
