import { testCases } from "../../../tests/sample/firing.ts";
import { sampleRunLine, sampleUnit } from "../../../tests/sample/found.ts";
import { samplePlan, samplePlanTo18 } from "../../../tests/sample/plan.ts";

const OTHERWISE = "Use --switch manual or --switch command";
const { from, to } = samplePlan();
const to18 = { to: samplePlanTo18().to };
const file = (fragment: string) => ({ unit: sampleUnit({ fragment }) });

testCases(([
  [
    { switch: "manual" },
    to18,
    "ok",
    "you change it when pgladder asks; the mount moves from /var/lib/postgresql/data to /var/lib/postgresql",
  ],
  [
    { switch: "manual", isSwitchOurs: true },
    {
      editPlan: {
        kind: "unplaced",
        problem: "Nix is not here",
        candidates: [],
        byHand: [],
        rebuild: "",
      },
    },
    "ok",
    "you change it when pgladder asks, since it is not certain where: Nix is not here",
  ],
  [
    { switch: "manual", isSwitchOurs: true },
    {
      editPlan: {
        kind: "placed",
        changes: [],
        diff: "",
        found:
          '"15" in /etc/nixos/a.nix; read, not evaluated (Nix is not here)',
        rebuild: "",
        git: "",
      },
    },
    "ok",
    'you change it when pgladder asks; with --switch nixos pgladder does: "15" in /etc/nixos/a.nix; read, not evaluated (Nix is not here)',
  ],
  [
    { switch: "manual" },
    { offered: { switch: "quadlet", found: "Image= in /etc/x.container" } },
    "ok",
    "you change it when pgladder asks; with --switch quadlet pgladder does: Image= in /etc/x.container",
  ],
  [
    { switch: "command", switchCommand: "deploy.sh" },
    {},
    "ok",
    "deploy.sh",
  ],
  [
    { switch: "command" },
    {},
    "refuse",
    "no command is given",
    "Name it with --switch-command",
  ],
  [
    { switch: "unit" },
    to18,
    "ok",
    "/etc/systemd/system/podman-pleroma-db.service; the mount moves from /var/lib/postgresql/data to /var/lib/postgresql",
  ],
  [
    { switch: "unit" },
    file("/usr/lib/systemd/system/db.service"),
    "warn",
    "/usr/lib/systemd/system/db.service",
    "A package may replace that file: better keep your own in /etc",
  ],
  [
    { switch: "unit" },
    file("/run/systemd/generator/db.service"),
    "refuse",
    'the unit file "/run/systemd/generator/db.service" is generated',
    OTHERWISE,
  ],
  [
    { switch: "unit" },
    { unit: undefined },
    "refuse",
    'the unit file "" is generated',
    OTHERWISE,
  ],
  [
    { switch: "unit" },
    file("/nix/store/x-unit/db.service"),
    "refuse",
    'the unit file "/nix/store/x-unit/db.service" belongs to NixOS',
    OTHERWISE,
  ],
  [
    { switch: "unit" },
    { fileRunLine: undefined },
    "refuse",
    '"/etc/systemd/system/podman-pleroma-db.service" itself does not name docker.io/library/postgres:15',
    OTHERWISE,
  ],
  [
    { switch: "unit" },
    { ...to18, fileRunLine: sampleRunLine({ mounts: [] }) },
    "refuse",
    '"/etc/systemd/system/podman-pleroma-db.service" does not mount "/srv/pleroma-db" in plain words',
    OTHERWISE,
  ],
] as const).map(([settings, facts, level, found, remedy]) => ({
  check: "switch",
  settings,
  facts,
  level,
  found,
  ...(remedy === undefined ? {} : { remedy }),
})));

testCases([{
  check: "switch",
  settings: { switch: "nixos" },
  facts: { to: { ...to, reference: from.reference } },
  level: "ok",
  found:
    "the configuration names docker.io/library/postgres:15 before and after",
}]);

testCases([{
  check: "switch",
  settings: { switch: "manual" },
  facts: { to: { ...to18.to, reference: from.reference } },
  level: "refuse",
  found:
    "the name docker.io/library/postgres:15 stays, and the mount would have to move from /var/lib/postgresql/data to /var/lib/postgresql",
  remedy: "Name the version in full, such as --to 18",
}]);

const alone = { restart: "always", blocker: undefined };

testCases([
  {
    check: "switch",
    settings: { switch: "manual" },
    facts: { unmanaged: alone, unit: undefined, ...to18 },
    level: "ok",
    found:
      "you make the container again when pgladder asks; the mount moves from /var/lib/postgresql/data to /var/lib/postgresql",
  },
  {
    check: "switch",
    settings: { switch: "manual" },
    facts: {
      unmanaged: alone,
      unit: undefined,
      offered: { switch: "compose", found: "the image of the service db" },
    },
    level: "ok",
    found:
      "you make the container again when pgladder asks; with --switch compose pgladder does: the image of the service db",
  },
  {
    check: "switch",
    settings: { switch: "command", switchCommand: "remake.sh" },
    facts: { unmanaged: alone, unit: undefined },
    level: "ok",
    found: "remake.sh",
  },
  {
    check: "switch",
    settings: { switch: "unit" },
    facts: { unmanaged: alone, unit: undefined },
    level: "refuse",
    found: "no unit makes the container again",
    remedy: OTHERWISE,
  },
  {
    check: "switch",
    settings: { switch: "manual" },
    facts: {
      unmanaged: alone,
      unit: undefined,
      to: { ...to, reference: from.reference },
    },
    level: "refuse",
    found: '"pleroma-db" would be made of docker.io/library/postgres:15 again',
    remedy: "Name the version in full, such as --to 17.6",
  },
]);
