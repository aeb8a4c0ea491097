import { testCases } from "../../../tests/sample/firing.ts";
import { sampleInside } from "../../../tests/sample/found.ts";

testCases([
  {
    check: "expressions",
    facts: {
      inside: [
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
      "The restore runs it with rights to all rows: read it first, or use --method pg_upgrade",
  },
  {
    check: "expressions",
    facts: { inside: [sampleInside({ computed: ["x calls f() of mallory"] })] },
    settings: { method: "pg_upgrade" },
    level: "ok",
    found: "none is computed: the rows stay as they are",
  },
]);
