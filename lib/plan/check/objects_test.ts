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
    found:
      'neither method can carry the language plmine (in database "pleroma")',
    remedy: "Its handler is the system's own. Drop it: DROP LANGUAGE",
  },
  {
    check: "objects",
    facts: { databases: [sampleInside({ switchedOff: ["a_fkey of a"] })] },
    level: "refuse",
    found:
      'neither method can carry the disabled triggers of the key a_fkey of a (in database "pleroma")',
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
      'PostgreSQL 14 and later reject the aggregate glue(integer) (in database "pleroma")',
    remedy:
      "Drop it first, and make it again afterwards: with anycompatiblearray, or as an operator before its operand",
  },
  {
    check: "objects",
    facts: { databases: [sampleInside({ nullable: ["a of child"] })] },
    level: "refuse",
    found:
      'NOT NULL in the parent table, but able to hold NULL itself, is a of child (in database "pleroma")',
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
  {
    check: "extension tables",
    facts: {
      databases: [
        sampleInside({ memberTables: ["pgmq.q_mail (of the extension pgmq)"] }),
      ],
    },
    level: "refuse",
    found:
      'a dump leaves out pgmq.q_mail (of the extension pgmq) (in database "pleroma")',
    remedy:
      "Use --method pg_upgrade, or ALTER EXTENSION … DROP TABLE … first and ADD it again afterwards",
  },
  {
    check: "extension tables",
    settings: { method: "pg_upgrade" },
    facts: { databases: [sampleInside({ memberTables: ["pgmq.q_mail"] })] },
    level: "ok",
    found: 'pgmq.q_mail (in database "pleroma"): pg_upgrade brings it along',
  },
  {
    check: "extension tables",
    facts: {
      databases: [
        sampleInside({ added: ["index ext.i (of the extension pgmq)"] }),
      ],
    },
    level: "refuse",
    found:
      'a dump leaves out index ext.i (of the extension pgmq) (in database "pleroma")',
    remedy:
      "Use --method pg_upgrade, or take it out of the extension (ALTER EXTENSION … DROP …), or drop it, and add it again afterwards",
  },
  {
    check: "system schemas",
    facts: { databases: [sampleInside({ touched: ["function now()"] })] },
    level: "warn",
    found:
      'neither method can carry the changes to function now() (in database "pleroma")',
    remedy:
      "The new cluster has it as initdb creates it: change it again afterwards, if you still need that",
  },
  {
    check: "objects",
    facts: { databases: [sampleInside({ unreadable: ["index i"] })] },
    level: "refuse",
    found:
      'PostgreSQL cannot read back the IS DOCUMENT that it prints for index i (in database "pleroma")',
    remedy:
      "Drop it first, and make it again afterwards: with (… IS DOCUMENT) IS TRUE",
  },
  {
    check: "objects",
    facts: {
      databases: [sampleInside({ altered: ["text search dictionary a_stem"] })],
    },
    level: "refuse",
    found:
      'neither method can carry the changes to the text search dictionary a_stem (in database "pleroma")',
    remedy:
      "It is the system's own: make a copy (CREATE TEXT SEARCH …), alter that, and bring this one back to what it was",
  },
  {
    check: "objects",
    settings: { method: "pg_upgrade" },
    facts: { databases: [sampleInside({ lapsedMembers: ["operator !!"] })] },
    level: "refuse",
    found:
      'pg_upgrade would keep, and PostgreSQL 14 and later reject, the operator !! (in database "pleroma")',
    remedy: "Use --method dump, or drop it first",
  },
  {
    check: "system schemas",
    facts: {
      databases: [sampleInside({ systemObjects: ["function mine()"] })],
    },
    level: "refuse",
    found: 'neither method can carry function mine() (in database "pleroma")',
    remedy:
      "It is in pg_catalog or information_schema: move it with ALTER … SET SCHEMA, or drop it",
  },
]);
