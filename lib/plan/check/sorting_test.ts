import { testCases } from "../../../tests/sample/firing.ts";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import type { SortingFacts } from "../facts/sorting.ts";

const { to } = samplePlan();
const { fileSystem } = sampleFacts();
const database = { name: "shop", bytes: 1, connect: true, valid: true };

/** Of a minor upgrade whose image sorts text otherwise. */
const SORTING: SortingFacts = {
  libraries: {
    libc: { from: "2.36", to: "2.41" },
    icu: [{ locale: "de", from: "153.120", to: "" }],
  },
  dependents: [{
    kind: "index",
    database: "shop",
    name: "public.names",
    bytes: 8192,
    unique: true,
  }],
  stale: [],
  needed: true,
};
const MINOR = { ...to, version: "15.19", major: 15 };

testCases([
  {
    check: "sorting",
    facts: { libcs: { from: "glibc 2.36", to: "glibc 2.41" } },
    settings: { method: "pg_upgrade" },
    level: "ok",
    found: "by glibc 2.41",
  },
  {
    check: "sorting",
    facts: { libcs: { from: "musl 1.2.5", to: "glibc 2.41" } },
    settings: { method: "pg_upgrade" },
    level: "refuse",
    found:
      "docker.io/library/postgres:15 is of musl, docker.io/library/postgres:17 of glibc: every index on text would be wrong",
    remedy: "Use --method dump, which builds each index again",
  },
  {
    check: "sorting",
    facts: { libcs: { from: "glibc 2.36", to: "musl 1.2.5" } },
    level: "warn",
    found:
      "docker.io/library/postgres:15 is of glibc, docker.io/library/postgres:17 of musl, which sorts text differently",
    remedy:
      "Indexes are built again; look at what relies on the order of text: ORDER BY, partitions by range of text",
  },
  {
    check: "version",
    facts: {
      to: MINOR,
      libcs: { from: "glibc 2.36", to: "glibc 2.41" },
      sorting: SORTING,
    },
    level: "ok",
    found: "15.18 → 15.19, a minor upgrade",
  },
  {
    check: "sorting",
    facts: { to: MINOR },
    level: "ok",
    found: "by glibc 2.36",
  },
  {
    check: "sorting",
    facts: { to: MINOR, sorting: { ...SORTING, needed: false } },
    level: "ok",
    found: "as before, by glibc 2.36",
  },
  {
    check: "sorting",
    facts: { to: MINOR, sorting: SORTING },
    level: "ok",
    found:
      `text is sorted otherwise: the C library's 2.36 → 2.41, ICU's "de" 153.120 → unknown; 1 index in 1 database (1 unique) to be rebuilt`,
  },
  {
    check: "sorting",
    facts: {
      to: MINOR,
      sorting: {
        ...SORTING,
        libraries: { libc: { from: "2.41", to: "2.41" }, icu: [] },
        stale: ['"shop"'],
        dependents: [...SORTING.dependents, {
          kind: "matview",
          database: "shop",
          name: "public.sorted",
          bytes: 0,
          unique: false,
        }],
      },
    },
    level: "warn",
    found:
      'text in "shop" was sorted otherwise than now; 1 index in 1 database (1 unique) to be rebuilt',
    remedy:
      'Look at the materialized view public.sorted in "shop" afterwards: the step "reindex" counts the rows that belong elsewhere, and moves none',
  },
  {
    check: "sorting",
    facts: { to: MINOR, sorting: { ...SORTING, dependents: [] } },
    live: { databases: [{ ...database, connect: false }] },
    level: "refuse",
    found:
      `text is sorted otherwise: the C library's 2.36 → 2.41, ICU's "de" 153.120 → unknown; no index depends on it, and the database "shop" allows no connections: its indexes could not be rebuilt`,
    remedy: "ALTER DATABASE … ALLOW_CONNECTIONS true, or drop it",
  },
  {
    check: "sorting",
    facts: { to: MINOR, sorting: { ...SORTING, dependents: [] } },
    live: { tablespaces: ["fast"] },
    level: "refuse",
    found:
      `text is sorted otherwise: the C library's 2.36 → 2.41, ICU's "de" 153.120 → unknown; no index depends on it, and indexes may lie in the tablespaces fast, which no job of pgladder has`,
    remedy: "Move them to pg_default, or take an image on the same base",
  },
  {
    check: "sorting",
    facts: {
      to: MINOR,
      sorting: { ...SORTING, dependents: [] },
      fileSystem: { ...fileSystem, freeBytes: -1 },
    },
    level: "refuse",
    found:
      `text is sorted otherwise: the C library's 2.36 → 2.41, ICU's "de" 153.120 → unknown; no index depends on it, for which there is too little room at "/srv"`,
    remedy: "Make room there for the indexes once more, and their log",
  },
]);
