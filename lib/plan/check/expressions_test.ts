import { testCases } from "../../../tests/sample/firing.ts";
import { sampleInside } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";

const unguarded = [
  sampleInside({
    unguarded: ["constraint c on table u with row_chk(u) of mallory"],
  }),
];

/** One function that names a table of public's without saying so. */
const pathless = (kind: string) => [
  sampleInside({
    pathless: {
      roots: [["index fees_rate", kind, "1"]],
      routines: [{
        id: "1",
        schema: "public",
        name: "rate",
        signature: "public.rate(integer)",
        language: "sql",
        body: "SELECT n FROM rates",
        names: [["relation", "rates", "public"]],
      }],
    },
  }),
];

testCases([
  ...(["dump", "pg_upgrade"] as const).map((method) => ({
    check: "expressions",
    facts: { databases: pathless("index") },
    settings: { method },
    level: "refuse" as const,
    found:
      'index fees_rate (in database "pleroma") calls public.rate(integer), which names rates without a schema',
    remedy:
      'No upgrade has a search path where it would be found. In the old server first, in database "pleroma": ALTER FUNCTION public.rate(integer) SET search_path = public, pg_temp',
  })),
  {
    check: "expressions",
    facts: { databases: pathless("row") },
    settings: { method: "pg_upgrade" },
    level: "ok",
    found: "none runs an ordinary role's code",
  },
  {
    check: "expressions",
    facts: { databases: unguarded },
    settings: { method: "dump" },
    level: "refuse",
    found:
      'constraint c on table u with row_chk(u) of mallory (in database "pleroma")',
    remedy:
      "The restore would run it as the superuser: use --method pg_upgrade, or drop it for the upgrade",
  },
  {
    check: "expressions",
    facts: { databases: unguarded },
    settings: { method: "pg_upgrade" },
    level: "ok",
    found: "none runs an ordinary role's code",
  },
  {
    check: "expressions",
    facts: {
      databases: [
        sampleInside({
          computed: ["constraint c on table t calls chk(integer) of mallory"],
        }),
      ],
    },
    settings: { method: "dump" },
    level: "warn",
    found:
      'constraint c on table t calls chk(integer) of mallory (in database "pleroma")',
    remedy:
      "The restore runs it with the right to read all rows and to add some: read it first, or use --method pg_upgrade",
  },
  {
    check: "expressions",
    facts: {
      databases: [sampleInside({ computed: ["x calls f() of mallory"] })],
    },
    settings: { method: "pg_upgrade" },
    level: "ok",
    found: "none is computed: the rows stay as they are",
  },
  ...(["dump", "pg_upgrade"] as const).map((method) => ({
    check: "expressions",
    facts: {
      databases: [sampleInside({ folded: ["table t with f() of mallory"] })],
    },
    settings: { method },
    level: "refuse" as const,
    found: 'table t with f() of mallory (in database "pleroma")',
    remedy:
      "Both methods would run this function as the superuser: read it, then ALTER FUNCTION … OWNER TO a superuser; or drop the object for the upgrade",
  })),
  {
    check: "expressions",
    facts: {
      databases: [sampleInside({ computed: ["x calls f() of mallory"] })],
      to: { ...samplePlan().to, version: "13.23", major: 13 },
    },
    settings: { method: "dump" },
    level: "refuse",
    found: 'x calls f() of mallory (in database "pleroma")',
    remedy:
      "A restore into a version before 14 would run it as the superuser: go to a later one, use --method pg_upgrade, or drop it for the upgrade",
  },
]);
