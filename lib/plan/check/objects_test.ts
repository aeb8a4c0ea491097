import { testCases } from "../../../tests/sample/firing.ts";
import { sampleInside } from "../../../tests/sample/found.ts";

testCases([
  {
    check: "objects",
    facts: { databases: [sampleInside()] },
    level: "ok",
    found: "all are carried",
  },
  {
    check: "objects",
    facts: { databases: [sampleInside({ languages: ["plmine"] })] },
    level: "refuse",
    found: 'no restore makes the language plmine (in database "pleroma")',
    remedy: "Its handler is the system's own: DROP LANGUAGE",
  },
  {
    check: "objects",
    facts: { databases: [sampleInside({ switchedOff: ["a_fkey of a"] })] },
    level: "refuse",
    found:
      'no way carries that triggers are disabled of the key a_fkey of a (in database "pleroma")',
    remedy:
      "ALTER TABLE … ENABLE TRIGGER ALL first, and look for rows that break the key",
  },
  {
    check: "objects",
    facts: {
      databases: [sampleInside({ lapsed: ["aggregate glue(integer)"] })],
    },
    level: "refuse",
    found:
      '14 and later do not take the aggregate glue(integer) (in database "pleroma")',
    remedy:
      "Drop it first, and make it again afterwards: with anycompatiblearray, or as an operator before its operand",
  },
  {
    check: "objects",
    facts: { databases: [sampleInside({ nullable: ["a of child"] })] },
    level: "refuse",
    found:
      'NOT NULL in the parent table, but not itself, is a of child (in database "pleroma")',
    remedy: "ALTER TABLE … ALTER COLUMN … SET NOT NULL first",
  },
  {
    check: "objects",
    settings: { method: "pg_upgrade" },
    facts: { databases: [sampleInside({ conversions: ["public.odd"] })] },
    level: "refuse",
    found:
      'pg_upgrade refuses the conversion public.odd (in database "pleroma")',
    remedy: "Use --method dump, or DROP CONVERSION",
  },
  {
    check: "objects",
    facts: { databases: [sampleInside({ conversions: ["public.odd"] })] },
    level: "ok",
    found: "all are carried",
  },
]);
