import { sampleFacts } from "../../../tests/sample/found.ts";
import { testCases } from "../../../tests/sample/firing.ts";
import { sampleRecord } from "../../../tests/sample/rehearsal.ts";

const words =
  "rehearsed at 2026-01-02 03:04 UTC, a downtime of 42 s to expect (dump 11 s, build 25 s), 1.0 GiB beside the data";
const failed = sampleRecord({
  failure: { step: "build", reason: 'type "aclitem" is no more' },
});
const { fileSystem } = sampleFacts();

testCases([
  {
    check: "rehearsal",
    facts: { rehearsal: sampleRecord() },
    level: "ok",
    found: words,
  },
  {
    check: "rehearsal",
    facts: { rehearsal: failed },
    level: "warn",
    found:
      'rehearsed at 2026-01-02 03:04 UTC, it failed in "build": type "aclitem" is no more',
    remedy: "Fix its cause, then rehearse again",
  },
  {
    check: "rehearsal",
    facts: { rehearsal: sampleRecord() },
    settings: { method: "pg_upgrade" },
    level: "ok",
    found: `none of this upgrade, but one of 15.18 → 17.6 by dump: ${words}`,
  },
  {
    check: "space",
    // The data have doubled since.
    facts: { rehearsal: sampleRecord({ bytes: 1024 ** 3 }) },
    level: "ok",
    found: '2.7 GiB needed (as rehearsed), 20.0 GiB free at "/srv"',
  },
  {
    check: "space",
    facts: {
      rehearsal: sampleRecord(),
      fileSystem: { ...fileSystem, freeBytes: 1024 ** 3 },
    },
    level: "refuse",
    found: '1.5 GiB needed (as rehearsed), 1.0 GiB free at "/srv"',
    remedy: "Make room there: nothing of the old data is removed before commit",
  },
  {
    check: "space",
    // A copy beside a mount says nothing of a clone within it.
    facts: {
      rehearsal: sampleRecord({
        space: { ...sampleRecord().space, copied: true },
      }),
    },
    level: "ok",
    found: '4.4 GiB needed, 20.0 GiB free at "/srv"',
  },
  {
    check: "space",
    facts: { rehearsal: failed },
    level: "ok",
    found: '4.4 GiB needed, 20.0 GiB free at "/srv"',
  },
  {
    check: "leftovers",
    facts: { leftovers: ["/srv/pleroma-db.pgladder/rehearsal"] },
    level: "refuse",
    found: "a rehearsal was interrupted",
    remedy: "Remove what it left with pgladder rehearse pleroma-db --clean",
  },
]);
