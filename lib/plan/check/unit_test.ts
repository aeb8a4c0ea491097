import { testCases } from "../../../tests/sample/firing.ts";
import { sampleRunLine, sampleUnit } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";

const { from, to } = samplePlan();
const RESTART = "Restart the unit first, so that both are the same";

testCases(([
  [
    { unit: undefined },
    'no unit runs "pleroma-db"',
    "Name its unit with --unit",
  ],
  [
    { unit: sampleUnit({ loaded: false }) },
    'no unit runs "pleroma-db"',
    "Name its unit with --unit",
  ],
  [
    { unit: sampleUnit({ active: "failed" }) },
    "podman-pleroma-db.service is failed",
    "Start the container through its unit",
  ],
  [
    { runLine: undefined },
    'the command of podman-pleroma-db.service names no "podman run", "docker run" or "compose up"',
    "pgladder must be able to read which image the unit would run; or name with --unit the one among whose processes the container is, or the command that started it",
  ],
  [
    { unitImageId: to.id },
    "podman-pleroma-db.service would run another docker.io/library/postgres:15 than the one that runs now",
    RESTART,
  ],
  [
    { unitImageId: undefined },
    "podman-pleroma-db.service would run another docker.io/library/postgres:15 than the one that runs now",
    RESTART,
  ],
  [
    { runLine: sampleRunLine({ mounts: [] }) },
    "podman-pleroma-db.service does not mount /srv/pleroma-db at /var/lib/postgresql/data",
    RESTART,
  ],
] as const).map(([facts, found, remedy]) => ({
  check: "unit",
  facts,
  level: "refuse",
  found,
  remedy,
})));

const WITHOUT = { restart: "always", withoutSystemd: true } as const;

testCases([
  {
    check: "unit",
    facts: { unit: undefined, unmanaged: { ...WITHOUT, blocker: undefined } },
    level: "warn",
    found:
      'no systemd runs this host; the restart policy of "pleroma-db" is "always"',
    remedy:
      "Only the taken policy and the placeholder keep it closed. Stop yourself what writes into it from outside of containers, and what prunes: nothing holds such services back. Let nothing prune containers until the upgrade ends: a prune would remove this one while it is stopped, and you would have to create it again from pgladder's notes",
  },
  {
    check: "unit",
    facts: { unit: undefined, unmanaged: { ...WITHOUT, blocker: "x" } },
    level: "refuse",
    found: 'no systemd runs this host, and of "pleroma-db" it is known that x',
    remedy:
      "Let its restart policy alone start it, and run pgladder on the host itself",
  },
]);

const UNREAD =
  'the command of podman-pleroma-db.service names no "podman run", "docker run" or "compose up"';

const { mounts: [mount] } = sampleRunLine();

testCases([
  {
    check: "unit",
    facts: {
      named: { name: "rows", device: "/srv/bound" },
      runLine: sampleRunLine({
        mounts: mount === undefined ? [] : [{ ...mount, source: "/srv/bound" }],
      }),
    },
    level: "ok",
    found: "podman-pleroma-db.service runs docker.io/library/postgres:15",
  },
  {
    check: "unit",
    facts: { named: { name: "rows", device: "/srv/bound" } },
    level: "refuse",
    found:
      "podman-pleroma-db.service does not mount /srv/bound at /var/lib/postgresql/data",
    remedy: RESTART,
  },
  {
    check: "unit",
    facts: { runLine: undefined, unread: true },
    settings: { switch: "manual" },
    level: "warn",
    found: `${UNREAD}, so what it would run is known only once it runs`,
    remedy:
      "pgladder cannot check the change beforehand: after the start, it stops a container with another image or mount",
  },
  {
    check: "unit",
    facts: { runLine: undefined, unread: true },
    settings: { switch: "unit" },
    level: "refuse",
    found: UNREAD,
    remedy: "Use --switch manual or --switch command",
  },
]);

testCases([
  {
    check: "unit",
    facts: { pulling: { by: "--pull always", failure: "no such image" } },
    level: "refuse",
    found:
      "podman-pleroma-db.service pulls its image whenever it starts (--pull always), and docker.io/library/postgres:17 cannot be pulled: no such image",
    remedy:
      "Push it to the registry, or let the unit start the image that is here, such as by --pull missing",
  },
  {
    check: "unit",
    facts: { pulling: { by: "podman pull" } },
    level: "ok",
    found:
      "podman-pleroma-db.service runs docker.io/library/postgres:15, and pulls it first (podman pull)",
  },
  {
    check: "unit",
    facts: { pulling: { loads: true } },
    level: "warn",
    found:
      "podman-pleroma-db.service runs docker.io/library/postgres:15, and loads an image from a file of its own first",
    remedy:
      "That file holds the old image; docker.io/library/postgres:17 must be here, or in the file that you name for it",
  },
]);

testCases([{
  check: "unit",
  // Its name stays, and stands for the newer image already.
  facts: { to: { ...to, reference: from.reference }, unitImageId: to.id },
  level: "ok",
  found: "podman-pleroma-db.service runs docker.io/library/postgres:15",
}]);

testCases([
  {
    check: "unit",
    facts: { unit: sampleUnit({ name: "docker.service" }) },
    level: "refuse",
    found:
      "docker.service is the runtime itself, and runs other containers, too",
    remedy:
      'Name with --unit the unit that starts "pleroma-db", or leave --unit out',
  },
  {
    check: "unit",
    facts: {
      unit: undefined,
      unmanaged: { restart: "on-failure:5", blocker: undefined },
    },
    level: "warn",
    found: 'none; its restart policy is "on-failure:5"',
    remedy:
      "Let nothing prune containers until the upgrade ends: a prune would remove this one while it is stopped, and you would have to create it again from pgladder's notes",
  },
  {
    check: "unit",
    facts: {
      unit: undefined,
      unmanaged: { restart: "always", blocker: undefined },
      maker: {
        tool: "docker compose",
        project: "shop",
        service: "db",
        directory: "/srv/shop",
        files: ["/srv/shop/compose.yaml"],
        envFiles: [],
        hash: "",
      },
    },
    level: "warn",
    found: 'none; its restart policy is "always"',
    remedy:
      "Let nothing prune containers until the upgrade ends: a prune would remove this one while it is stopped, and you would have to have the compose project shop make it again",
  },
  {
    check: "unit",
    facts: {
      unit: undefined,
      unmanaged: { restart: "no", blocker: "it is gone once it stops (--rm)" },
    },
    level: "refuse",
    found:
      'no unit is known to run "pleroma-db", and it is gone once it stops (--rm)',
    remedy: "Name its unit with --unit",
  },
]);
