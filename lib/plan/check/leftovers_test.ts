import { testCases } from "../../../tests/sample/firing.ts";

testCases([
  {
    check: "leftovers",
    facts: { leftovers: ["/srv/pleroma-db.bak"] },
    level: "refuse",
    found: '"/srv/pleroma-db.bak" is already there',
    remedy: "Move it away, or end that upgrade with pgladder commit",
  },
  {
    check: "leftovers",
    facts: { aborted: "/srv/pleroma-db.aborted" },
    level: "warn",
    found:
      '"/srv/pleroma-db.aborted" is kept from an earlier rollback, and stays',
    remedy:
      'A rollback of this upgrade would keep its data in "/srv/pleroma-db.aborted-RUN"; pgladder commit pleroma-db removes what is kept',
  },
]);
