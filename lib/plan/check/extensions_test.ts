import { testCases } from "../../../tests/sample/firing.ts";
import { sampleContents, sampleInside } from "../../../tests/sample/found.ts";

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
            { extension: "pg_cron", schema: "public" },
            { extension: "plpgsql", schema: "pg_catalog" },
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
          extensionSchemas: [{ extension: "pg_cron", schema: "public" }],
        }),
      ],
    },
    level: "ok",
    found: "pg_cron, plpgsql",
  },
]);
