import { testCases } from "../../../tests/sample/firing.ts";
import { sampleFacts } from "../../../tests/sample/found.ts";

const { writers } = sampleFacts();
const watchtower = {
  container: "tower",
  image: "containrrr/watchtower",
  does: "makes containers again of newer images",
};
const autoheal = {
  container: "heal",
  image: "willfarrell/autoheal:1.2",
  does: "starts containers again that it finds unhealthy",
};

testCases([
  {
    check: "updaters",
    facts: { updaters: [watchtower, autoheal] },
    level: "warn",
    found:
      '"tower" (containrrr/watchtower) makes containers again of newer images; "heal" (willfarrell/autoheal:1.2) starts containers again that it finds unhealthy',
    remedy:
      "Stop it until the upgrade is done, or have pgladder do that: --writers tower,heal",
  },
  {
    check: "updaters",
    facts: {
      updaters: [watchtower],
      writers: [...writers, { unit: "tower", active: true }],
    },
    level: "ok",
    found: "tower, stopped meanwhile",
  },
  {
    check: "updaters",
    facts: {
      updaters: [{ ...watchtower, unit: "podman-tower.service" }],
      writers: [...writers, { unit: "podman-tower.service", active: true }],
    },
    level: "ok",
    found: "tower, stopped meanwhile",
  },
  {
    check: "backups",
    facts: { dumpers: [{ container: "nightly", version: "15.6" }] },
    level: "warn",
    found: '"nightly" has pg_dump 15.6, which cannot dump 17',
    remedy:
      "Backups made there fail from the upgrade on: give it an image with pg_dump 17 or later",
  },
]);
