import { testCases } from "../../../tests/sample/firing.ts";
import { sampleFacts, sampleMount } from "../../../tests/sample/found.ts";

const { fileSystem } = sampleFacts();
const PLAIN_NAME = "Give the directory a plain name";

testCases(([
  [
    { mount: undefined },
    "the data directory is in the container itself",
    "Mount a directory of the host there first",
  ],
  [
    { mount: { ...sampleMount(), kind: "tmpfs" } },
    'the data are in the tmpfs "/var/lib/postgresql/data"',
    "Mount a directory of the host there first",
  ],
  [
    {
      mount: { ...sampleMount(), kind: "volume", name: "pgdata" },
      named: {
        name: "pgdata",
        blocker: "a driver or an option of it says where the files are",
      },
    },
    'the data are in the volume "pgdata", and a driver or an option of it says where the files are',
    "Move them into a directory of the host: systemctl stop podman-pleroma-db.service; cp -a /srv/pleroma-db /srv/pgdata; mount /srv/pgdata:/var/lib/postgresql/data in place of the volume; start it",
  ],
  [
    { linked: true },
    "docker.io/library/postgres:17 has a symbolic link at /var/lib/postgresql/data, where no runtime can mount",
    "Take a later image of that version: the first ones of 18 alone have it",
  ],
  [
    { volume: "/srv/other" },
    '"/srv/other" is not what the container has mounted: that is "/srv/pleroma-db"',
    "Leave --volume out, or name the directory of a lost cluster itself",
  ],
  [
    { unsafeParents: ['"/srv" is a symbolic link', '"/" is odd'] },
    '"/srv" is a symbolic link',
    "Mount the directory by its real path, below directories that only root may change. If you trust whoever may change that one, add --trust-parents: while data are moved, they could become root",
  ],
  [
    { volumeFile: undefined },
    '"/srv/pleroma-db" is not a directory',
    "Mount a directory",
  ],
  [
    {
      within: {
        why: "is a mount point",
        blocker: '"/srv", where the journal is to lie, is in memory (tmpfs)',
      },
    },
    '"/srv/pleroma-db" is a mount point, and "/srv", where the journal is to lie, is in memory (tmpfs)',
    "Mount a plain directory of the host instead: pgladder cannot rename this one, so it must be able to move all that is in it",
  ],
  [
    { fileSystem: { ...fileSystem, readOnly: true } },
    '"/srv/pleroma-db" is read-only',
    "Remount it writable",
  ],
  [
    { volume: "/srv/a,b", mount: { ...sampleMount(), source: "/srv/a,b" } },
    '"/srv/a,b" has a comma or a line break in its name',
    PLAIN_NAME,
  ],
  [
    { volume: "/srv/a\nb", mount: { ...sampleMount(), source: "/srv/a\nb" } },
    '"/srv/a\nb" has a comma or a line break in its name',
    PLAIN_NAME,
  ],
] as const).map(([facts, found, remedy]) => ({
  check: "volume",
  facts,
  level: "refuse",
  found,
  remedy,
})));

const BESIDE =
  'See that nobody moves, removes or links anything beside "/srv/pleroma-db" until the upgrade is committed';

testCases([
  {
    check: "volume",
    facts: { harmlessParents: ['"/srv" is alice\'s'] },
    level: "warn",
    found: '"/srv/pleroma-db" on xfs; "/srv" is alice\'s',
    remedy: BESIDE,
  },
  {
    check: "volume",
    facts: { unsafeParents: ['"/srv" can be changed by others than root'] },
    settings: { trustParents: true },
    level: "warn",
    found:
      '"/srv/pleroma-db" on xfs; "/srv" can be changed by others than root',
    remedy: BESIDE,
  },
  {
    check: "volume",
    facts: { within: { why: "is a mount point" } },
    level: "warn",
    found:
      '"/srv/pleroma-db" on xfs is a mount point; the old data are kept within it, as "pgladder-RUN.bak"',
    remedy:
      "Until commit the container's own user can reach them there, and a base backup may include them: inspect the upgrade, then commit it",
  },
  {
    check: "volume",
    facts: { notCarried: ["system.posix_acl_access"] },
    level: "warn",
    found:
      '"/srv/pleroma-db" has system.posix_acl_access, which pgladder cannot give to the new directory',
    remedy: "Set it again by hand after the upgrade, or remove it before",
  },
]);
