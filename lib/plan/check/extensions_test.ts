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

testCases([
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
]);
