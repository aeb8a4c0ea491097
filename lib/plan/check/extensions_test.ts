import { testCases } from "../../../tests/sample/firing.ts";
import { sampleContents, sampleInside } from "../../../tests/sample/found.ts";

/** citext in that version, in an image that has 1.9 and a way to it from 1.8.0. */
const IN_USE = (version: string) => ({
  contents: sampleContents({
    versions: [
      { extension: "hstore", version: "1.0" },
      { extension: "citext", version: "1.9" },
    ],
    updates: [
      { extension: "citext", from: "1.8.0", to: "1.8.1" },
      { extension: "citext", from: "1.8.1", to: "1.9" },
      { extension: "citext", from: "1.9", to: "1.8.0" },
    ],
  }),
  databases: [
    sampleInside({
      extensions: ["citext"],
      extensionSchemas: [{ extension: "citext", schema: "public", version }],
    }),
  ],
});

/** One extension in that version, in an image that has another or the same. */
const ONE = (extension: string, version: string, offered: string) => ({
  contents: sampleContents({
    extensions: [extension, "plpgsql"],
    versions: [{ extension, version: offered }],
    updates: [{ extension, from: version, to: offered }],
  }),
  databases: [sampleInside({
    extensions: [extension],
    extensionSchemas: [{ extension, schema: "public", version }],
    calling: [["public.position_earth", extension]],
  })],
});
const TIMESCALE = ONE("timescaledb", "2.19.3", "2.19.3");
const EARTH = (offered: string) => ONE("earthdistance", "1.1", offered);
const GONE = {
  contents: sampleContents(),
  databases: [sampleInside({
    extensions: ["citext"],
    extensionSchemas: [{ extension: "citext", schema: "public", version: "" }],
    libraries: [["$libdir/citext-1", "citext", false]],
    offered: [["citext", "1.9"]],
  })],
};

testCases([
  ...(["dump", "pg_upgrade"] as const).flatMap((method) => [
    {
      check: "extensions",
      settings: { method },
      facts: ONE("pg_partman", "4.7.2", "5.2.4"),
      level: "refuse" as const,
      found:
        'pg_partman 5.2.4 of docker.io/library/postgres:17 has other tables of its own than 4.7.2 (in database "pleroma")',
      remedy:
        "Bring it to 5 in the old PostgreSQL first, by an image of that which has both: ALTER EXTENSION pg_partman UPDATE; its own page: https://github.com/pgpartman/pg_partman/blob/development/doc/pg_partman_5.0.1_upgrade.md",
    },
    {
      check: "extensions",
      settings: { method },
      facts: ONE("pg_partman", "5.2.4", "5.5.0"),
      level: "ok" as const,
      found: "pg_partman",
    },
  ]),
  {
    check: "extensions",
    settings: { method: "dump" },
    facts: ONE("age", "1.5.0", "1.8.0"),
    level: "refuse",
    found:
      'no upgrade carries the graphs of age 1.5.0 (in database "pleroma"): a dump has their numbers as they were, which the new cluster does not know',
    remedy:
      "Write out what graphs there are, drop_graph and DROP EXTENSION age first, and make them again afterwards",
  },
  {
    check: "extensions",
    facts: {
      databases: [
        sampleInside({ extensions: ["plpgsql", "postgis", "postgis_raster"] }),
      ],
    },
    level: "refuse",
    found:
      'docker.io/library/postgres:17 does not have postgis (in database "pleroma") and 1 more',
    remedy: "Take an image that has it, or DROP EXTENSION",
  },
  {
    check: "extensions",
    facts: { contents: sampleContents({ extensions: [] }) },
    level: "warn",
    found: "what extensions docker.io/library/postgres:17 has cannot be read",
    remedy: "Look yourself whether it has all that are in use",
  },
  {
    check: "extensions",
    facts: {
      contents: sampleContents({
        extensions: ["pg_cron", "plpgsql"],
        schemas: [{ extension: "pg_cron", schema: "pg_catalog" }],
      }),
      databases: [
        sampleInside({
          extensions: ["pg_cron", "plpgsql"],
          extensionSchemas: [
            { extension: "pg_cron", schema: "public", version: "" },
            {
              extension: "plpgsql",
              schema: "pg_catalog",
              version: "",
            },
          ],
        }),
      ],
    },
    level: "refuse",
    found:
      'docker.io/library/postgres:17 has pg_cron in the schema "pg_catalog" alone, not in "public" (in database "pleroma")',
    remedy:
      "Use --method pg_upgrade, which leaves it where it is, and rehearse that first",
  },
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: {
      contents: sampleContents({
        extensions: ["pg_cron", "plpgsql"],
        schemas: [{ extension: "pg_cron", schema: "pg_catalog" }],
      }),
      databases: [
        sampleInside({
          extensions: ["pg_cron", "plpgsql"],
          extensionSchemas: [{
            extension: "pg_cron",
            schema: "public",
            version: "",
          }],
        }),
      ],
    },
    level: "ok",
    found: "pg_cron, plpgsql",
  },
  {
    check: "extensions",
    facts: IN_USE("1.10"),
    level: "refuse",
    found:
      'docker.io/library/postgres:17 has citext 1.9, lower than 1.10 (in database "pleroma")',
    remedy:
      "Take an image with the same version or a later one, or DROP EXTENSION",
  },
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: IN_USE("1.7"),
    level: "refuse",
    found:
      'docker.io/library/postgres:17 has citext 1.9 without a script from 1.7 (in database "pleroma")',
    remedy:
      "Take an image with the same version or a later one, or DROP EXTENSION",
  },
  // A dump makes each again.
  {
    check: "extensions",
    facts: IN_USE("1.7"),
    level: "ok",
    found: "citext",
  },
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: IN_USE("1.8.0"),
    level: "ok",
    found: "citext",
  },
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: IN_USE("1.9"),
    level: "ok",
    found: "citext",
  },
  // An image of several majors has control files of each.
  {
    check: "extensions",
    facts: {
      ...IN_USE("1.9"),
      contents: sampleContents({
        versions: ["1.6", "1.9"].map((version) => ({
          extension: "citext",
          version,
        })),
      }),
    },
    level: "ok",
    found: "citext",
  },
  // What is known of one beyond what is true of every one.
  {
    check: "extensions",
    facts: TIMESCALE,
    level: "refuse",
    found:
      'a plain dump does not carry the hypertables of timescaledb 2.19.3 (in database "pleroma")',
    remedy:
      "Use --method pg_upgrade with an image that has timescaledb 2.19.3 for both versions of PostgreSQL, and rehearse it first; Timescale's own ways: https://docs.timescale.com/self-hosted/latest/upgrades/",
  },
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: TIMESCALE,
    level: "warn",
    found:
      'timescaledb 2.19.3 (in database "pleroma") is updated to 2.19.3 of docker.io/library/postgres:17, which pgladder was not tried with',
    remedy:
      "Rehearse the upgrade first; Timescale's own ways: https://docs.timescale.com/self-hosted/latest/upgrades/",
  },
  {
    check: "extensions",
    facts: EARTH("1.1"),
    level: "refuse",
    found:
      'earthdistance 1.1 finds its own names by a search path alone, which no upgrade has: public.position_earth (in database "pleroma")',
    remedy:
      "Upgrade to PostgreSQL 17 or later, or DROP INDEX first and create it again afterwards",
  },
  // pg_upgrade makes the index in the old version, whatever the new image has.
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: EARTH("1.2"),
    level: "refuse",
    found:
      'earthdistance 1.1 finds its own names by a search path alone, which no upgrade has: public.position_earth (in database "pleroma")',
    remedy:
      "Use --method dump, which makes it in docker.io/library/postgres:17's version 1.2, or DROP INDEX first and create it again afterwards",
  },
  {
    check: "extensions",
    facts: EARTH("1.2"),
    level: "ok",
    found: "earthdistance",
  },
  {
    check: "extensions",
    facts: {
      contents: sampleContents({ extensions: ["odd", "plpgsql"] }),
      databases: [sampleInside({ extensions: ["odd", "plpgsql"] })],
    },
    level: "ok",
    found:
      "odd, plpgsql; pgladder knows nothing of odd and treats it as every other: rehearse it",
  },
  // The old image itself, which a dump reads by.
  {
    check: "extensions",
    facts: GONE,
    level: "refuse",
    found:
      'docker.io/library/postgres:15 itself does not have the library of citext, "$libdir/citext-1" (in database "pleroma")',
    remedy:
      "In the old server first, in database \"pleroma\": ALTER EXTENSION citext UPDATE TO '1.9'",
  },
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: GONE,
    level: "ok",
    found: "citext",
  },
  {
    check: "extensions",
    settings: { method: "pg_upgrade" },
    facts: {
      ...IN_USE("1.7"),
      databases: [sampleInside({
        extensions: ["citext"],
        extensionSchemas: [
          { extension: "citext", schema: "public", version: "1.7" },
        ],
        offered: [["citext", "1.8.0"]],
      })],
    },
    level: "refuse",
    found:
      'docker.io/library/postgres:17 has citext 1.9 without a script from 1.7 (in database "pleroma")',
    remedy:
      "In the old server first, in database \"pleroma\": ALTER EXTENSION citext UPDATE TO '1.8.0'",
  },
]);
