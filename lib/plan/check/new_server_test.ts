import { testCases } from "../../../tests/sample/firing.ts";
import { sampleInside } from "../../../tests/sample/found.ts";
import type { Trial } from "../facts/trial.ts";

const IMAGE = "docker.io/library/postgres:17";
const PASSED: Trial = {
  unmade: [],
  unloaded: [],
  misshapen: [],
  unknown: [],
  told: {},
};
const refused = (name: string, said: string) => ({
  name,
  database: "pleroma",
  said,
});

const UNMADE = [
  refused(
    "pg_cron",
    "can only create extension in database postgres",
  ),
];
const UNLOADED = [
  refused(
    "$libdir/postgis-2.5",
    'could not access file "$libdir/postgis-2.5": No such file or directory',
  ),
];
const POSTGIS = sampleInside({
  extensions: ["plpgsql", "postgis"],
  libraries: [["$libdir/postgis-2.5", "postgis", true]],
});

testCases([
  {
    check: "new server",
    facts: { trial: PASSED },
    level: "ok",
    found: "does all that was tried",
  },
  {
    check: "new server",
    facts: {
      trial: {
        ...PASSED,
        unknown: [{
          ...refused("force_parallel_mode", "unrecognized"),
          routine: "app.report(integer)",
        }],
      },
    },
    level: "refuse",
    found:
      '17.6 does not know force_parallel_mode (of app.report(integer) in database "pleroma")',
    remedy: "ALTER ROUTINE … RESET it first: neither method could restore it",
  },
  {
    check: "new server",
    facts: { trial: { ...PASSED, unable: "No space left on device" } },
    level: "warn",
    found: `a server of ${IMAGE} could not be tried: No space left on device`,
    remedy: "Rehearse the upgrade first, which does all of it on a copy",
  },
  {
    check: "new server",
    live: { preloaded: "pg_cron" },
    facts: { trial: { ...PASSED, server: "incompatible library" } },
    level: "refuse",
    found:
      `a server of ${IMAGE} does not start with shared_preload_libraries = 'pg_cron': incompatible library`,
    remedy:
      "Take an image in which they fit its server, or take it out of shared_preload_libraries first",
  },
  {
    check: "new server",
    facts: { trial: { ...PASSED, unmade: UNMADE } },
    level: "refuse",
    found:
      `a server of ${IMAGE} cannot make pg_cron (in database "pleroma": can only create extension in database postgres)`,
    remedy:
      "Take an image in which it can be made, or --method pg_upgrade, which keeps what there is; rehearse that first",
  },
  {
    check: "new server",
    settings: { method: "pg_upgrade" },
    facts: { trial: { ...PASSED, unmade: UNMADE } },
    level: "ok",
    found: "does all that was tried",
  },
  // A dump makes the extension again, with the library of its new version.
  {
    check: "new server",
    facts: { databases: [POSTGIS], trial: { ...PASSED, unloaded: UNLOADED } },
    level: "ok",
    found: "does all that was tried",
  },
  {
    check: "new server",
    settings: { method: "pg_upgrade" },
    facts: { databases: [POSTGIS], trial: { ...PASSED, unloaded: UNLOADED } },
    level: "refuse",
    found:
      `a server of ${IMAGE} cannot load $libdir/postgis-2.5 (in database "pleroma": could not access file "$libdir/postgis-2.5": No such file or directory)`,
    remedy:
      "Take an image that has this library, or --method dump, which makes each extension again",
  },
  {
    check: "new server",
    settings: { method: "pg_upgrade" },
    facts: {
      databases: [{ ...POSTGIS, offered: [["postgis", "3.5.2"]] }],
      trial: { ...PASSED, unloaded: UNLOADED },
    },
    level: "refuse",
    found:
      `a server of ${IMAGE} cannot load $libdir/postgis-2.5 (in database "pleroma": could not access file "$libdir/postgis-2.5": No such file or directory)`,
    remedy:
      "In the old server first, in database \"pleroma\": ALTER EXTENSION postgis UPDATE TO '3.5.2'",
  },
  // A function of somebody's own: a dump has it, with its library's name.
  {
    check: "new server",
    facts: {
      databases: [sampleInside({ libraries: [["mine", "", true]] })],
      trial: { ...PASSED, unloaded: [refused("mine", "no such file")] },
    },
    level: "refuse",
    found:
      `a server of ${IMAGE} cannot load mine (in database "pleroma": no such file)`,
    remedy: "Take an image that has this library, or drop what is in it",
  },
  {
    check: "new server",
    facts: {
      untold: [{ name: "cron.database_name", value: "app", instead: "" }],
    },
    level: "refuse",
    found:
      `the old image sets it, and ${IMAGE} does not: cron.database_name = 'app'`,
    remedy:
      "Set it where it stays: ALTER SYSTEM SET in the old server, and restart that, or -c in the container's command",
  },
  {
    check: "new server",
    facts: {
      databases: [sampleInside({ extensions: ["pg_cron", "plpgsql"] })],
      untold: [{
        name: "shared_preload_libraries",
        value: "auto_explain, pg_cron",
        instead: "auto_explain",
      }],
    },
    level: "refuse",
    found:
      `the old image sets it, and ${IMAGE} does not: shared_preload_libraries = 'auto_explain, pg_cron', but 'auto_explain'`,
    remedy:
      "Set it where it stays: ALTER SYSTEM SET in the old server, and restart that, or -c in the container's command",
  },
  {
    check: "new server",
    facts: {
      untold: [{ name: "vchordrq.probes", value: "10", instead: "" }],
    },
    level: "warn",
    found:
      `the old image sets it, and ${IMAGE} does not: vchordrq.probes = '10'`,
    remedy:
      "Set it where it stays, if you need it: ALTER SYSTEM SET in the old server, or -c in the container's command",
  },
  ...(["dump", "pg_upgrade"] as const).map((method) => ({
    check: "new server",
    settings: { method },
    facts: {
      trial: {
        ...PASSED,
        misshapen: [{
          name: "partman.part_config",
          database: "app",
          said: 'column "publications" does not exist',
        }],
      },
    },
    ...(method === "pg_upgrade"
      ? { level: "ok" as const, found: "does all that was tried" }
      : {
        level: "refuse" as const,
        found:
          `a server of ${IMAGE} makes an extension's table without what its rows have: partman.part_config (in database "app": column "publications" does not exist)`,
        remedy:
          "Use --method pg_upgrade, which updates it as its own scripts do, and rehearse that first",
      }),
  })),
]);
