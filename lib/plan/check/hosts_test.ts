import { testCases } from "../../../tests/sample/firing.ts";

testCases([
  {
    check: "volume",
    settings: { trustParents: true },
    facts: {
      unsafeParents: ['"/srv/bob" can be changed by others than root'],
      linkedParent: '"/srv/bob/data" is a symbolic link',
    },
    level: "refuse",
    found:
      '"/srv/bob/data" is a symbolic link, which others than root can turn elsewhere',
    remedy:
      "Mount the directory by its real path: --trust-parents does not go over such a link",
  },
  {
    check: "container",
    facts: { stuck: ["torrent"] },
    level: "refuse",
    found:
      '"torrent" lives in the network or among the processes of "pleroma-db", and nothing makes it again along with it',
    remedy:
      'It is of no use once "pleroma-db" is made again: remove it before the upgrade and make it again after, or have a unit run it',
  },
  {
    check: "writers",
    facts: {
      writers: [
        { unit: "web", active: true, restart: "always" },
        { unit: "app", active: true, looping: true, restart: "always" },
      ],
    },
    level: "warn",
    found: "web, app; app does not stay up, and is started again and again",
    remedy:
      "It is stopped and started with the others, and not waited for: see why it ends",
  },
]);
