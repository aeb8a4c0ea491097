import { testCases } from "../../../tests/sample/firing.ts";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";

const { container, server } = sampleFacts();
const plan = samplePlan();
const { from, to } = plan;

/** 17 serves something empty, and the rows are in a volume of 15. */
const FOUND = {
  found: to,
  clusterOwner: { uid: from.uid, gid: from.gid, mode: 0o700 },
  unserved: {
    container,
    server,
    mount: { kind: "bind", name: "", source: "/srv/db", mountPath: "/srv" },
    pgdata: "/srv",
    cluster: "",
    major: 15,
    active: true,
    lost: { path: "/srv/lost", inode: "7", serves: true },
  },
} as const;
const LET_BE = "Stop that first: two servers on one directory ruin it";

testCases([
  {
    check: "lost",
    facts: { beside: { found: "its cluster is empty", next: "See it" } },
    level: "warn",
    found: "its cluster is empty",
    remedy: "See it",
  },
  {
    check: "lost",
    facts: FOUND,
    level: "ok",
    found:
      'the cluster in "/srv/lost" is read and stays; what "pleroma-db" has served meanwhile goes aside and stays, too',
  },
  {
    check: "lost",
    facts: { ...FOUND, within: { why: "is a mount point" } },
    level: "refuse",
    found:
      '"/srv/pleroma-db" is a mount point: its cluster cannot go aside whole',
    remedy:
      "Mount a plain directory or a volume with a name there instead, then type the same again",
  },
  {
    check: "lost",
    facts: {
      ...FOUND,
      unserved: {
        ...FOUND.unserved,
        lost: { ...FOUND.unserved.lost, path: "/srv/a,b" },
      },
    },
    level: "refuse",
    found: '"/srv/a,b" has a comma or a line break in its name',
    remedy: "Give the directory a plain name",
  },
  {
    check: "lost",
    facts: { ...FOUND, inUse: ['process 7 ("postgres")'] },
    level: "refuse",
    found: '"/srv/lost" is in use by process 7 ("postgres")',
    remedy: LET_BE,
  },
  {
    check: "lost",
    facts: { ...FOUND, hasRun: true },
    level: "refuse",
    found: 'an upgrade of "/srv/lost" is open',
    remedy: "End that one first, with pgladder resume, rollback or commit",
  },
  {
    check: "lost",
    facts: { ...FOUND, clusterOwner: { uid: 70, gid: 70, mode: 0o700 } },
    level: "refuse",
    found:
      `"/srv/lost" belongs to the user 70, and ${from.reference} has its server run as ${from.uid}`,
    remedy:
      "Name an image of the kind that made it with --from, such as an -alpine one",
  },
  {
    check: "lost",
    facts: { ...FOUND, ownOwner: { uid: 1000, gid: 1000, mode: 0o700 } },
    level: "refuse",
    found:
      `"/srv/pleroma-db" belongs to another user than ${to.reference} has its server run as`,
    remedy:
      "Run the container as its image's own user, then type the same again",
  },
  {
    check: "unit",
    facts: { ...FOUND, unitImageId: "another" },
    level: "refuse",
    found:
      `${plan.unit} would run another ${from.reference} than the one that runs now`,
    remedy: "Restart the unit first, so that both are the same",
  },
]);
