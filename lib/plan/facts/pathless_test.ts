import { assertEquals } from "@std/assert";
import { lostNames } from "./pathless.ts";

const NAMES: [string, string, string][] = [
  ["relation", "rates", "public"],
  ["type", "rates", "public"],
  ["relation", "Odd one", '"Two words"'],
  ["function", "rate", "public"],
  ["function", "rate", "shop"],
  ["type", "earth", "public"],
  ["operator", "<->", "public"],
  ["search", "german_own", "texts"],
];

const routine = (body: string, language: string, more = {}) => ({
  id: "1",
  schema: "shop",
  name: "f",
  signature: "shop.f(integer)",
  language,
  body,
  names: NAMES,
  ...more,
});

/** What it names without a schema, and where that is. */
function lost(body: string, language = "sql") {
  const [found] = lostNames({
    roots: [["index i", "index", "1"]],
    routines: [routine(body, language)],
  });
  return found === undefined ? "" : `${found.name} in ${found.schemas}`;
}

Deno.test("What a body names without a schema is found", () => {
  for (
    const body of [
      "SELECT max(n) FROM rates",
      "SELECT 1 FROM shop.x AS a, rates WHERE true",
      "SELECT 1 FROM shop.x JOIN rates ON true",
      "SELECT 1 FROM shop.x LEFT JOIN ONLY rates USING (n)",
      "SELECT (SELECT n FROM RATES LIMIT 1)",
      "SELECT count(*) FROM (SELECT 1) AS s, rates",
      "SELECT 'rates'::regclass",
      "UPDATE rates SET n = 1",
      "INSERT INTO rates (n) VALUES (1)",
      "DELETE FROM rates",
    ]
  ) assertEquals(lost(body), "rates in public", body);
  for (
    const [body, found, language] of [
      ["SELECT rate($1)", "rate in shop"],
      ["SELECT 1 + rate($1)", "rate in shop"],
      ["SELECT * FROM rate(1)", "rate in shop"],
      ["BEGIN RETURN rate(x); END", "rate in shop", "plpgsql"],
      ["BEGIN IF rate(x) > 1 THEN RETURN 1; END IF; END", "rate in shop"],
      ['SELECT n FROM "Odd one"', 'Odd one in "Two words"'],
      ["SELECT $1::earth", "earth in public"],
      ["SELECT CAST($1 AS earth)", "earth in public"],
      ["SELECT earth '(1,2,3)'", "earth in public"],
      ["SELECT $1 <-> $2", "<-> in public"],
      ["SELECT to_tsvector('german_own', $1)", "german_own in texts"],
      ["DECLARE r rates%ROWTYPE; BEGIN END", "rates in public", "plpgsql"],
      ["DECLARE r rates.n%TYPE; BEGIN END", "rates in public", "plpgsql"],
      ["DECLARE a int; b earth; BEGIN END", "earth in public", "plpgsql"],
      [
        "DECLARE b CONSTANT earth := 1; BEGIN END",
        "earth in public",
        "plpgsql",
      ],
    ] as const
  ) assertEquals(lost(body, language), found, body);
});

Deno.test("What only looks alike is left alone", () => {
  for (
    const [body, language] of [
      ["SELECT max(n) FROM public.rates"],
      ["SELECT shop.rate($1)"],
      ["SELECT rates.n FROM public.rates"],
      ["SELECT 'select n from rates' -- from rates"],
      ["SELECT $$from rates$$ /* from rates */"],
      ["SELECT extract(epoch FROM rates)"],
      ["SELECT $1 IS DISTINCT FROM rates"],
      ["WITH rates AS (SELECT 1 AS n) SELECT n FROM rates"],
      ["WITH RECURSIVE rates (n) AS (SELECT 1) SELECT n FROM rates"],
      ["WITH a AS (SELECT 1), rates AS MATERIALIZED (SELECT 1) SELECT n FROM rates"],
      ["SELECT n FROM public.x AS rate(n)"],
      ["SELECT n FROM public.x rate(n)"],
      ["SELECT rates, rate FROM public.x"],
      ["SELECT n AS earth FROM public.x"],
      ["SELECT $1 OPERATOR(public.<->) $2"],
      ["SELECT $1::public.earth"],
      ["SELECT n FROM public.x ORDER BY n, rates"],
      ["SELECT n FROM public.x FOR UPDATE"],
      [
        "DECLARE rates int; BEGIN SELECT 1 INTO rates; RETURN rates; END",
        "plpgsql",
      ],
      ["DECLARE earth int := 1; BEGIN RETURN earth; END", "plpgsql"],
    ] as const
  ) assertEquals(lost(body, language), "", body);
});

Deno.test("A function that another one calls is found, and what is called twice is read once", () => {
  const found = lostNames({
    roots: [["index i", "index", "1"], ["constraint c", "row", "3"]],
    routines: [
      routine("SELECT shop.g(1) + shop.f(1)", "sql"),
      routine("SELECT n FROM rates", "sql", {
        id: "2",
        name: "g",
        signature: "shop.g(integer)",
      }),
      routine("SELECT 1", "sql", { id: "3", name: "h" }),
    ],
  });
  assertEquals(found, [{
    object: "index i",
    kind: "index",
    signature: "shop.g(integer)",
    name: "rates",
    schemas: ["public"],
  }]);
});

Deno.test("A body of anybody's takes no time", () => {
  const began = performance.now();
  for (const it of [", a (", "(", "from rates,", "rate(", "shop.g("]) {
    lost(it.repeat(20_000 / it.length));
  }
  assertEquals(performance.now() - began < 3000, true);
});
