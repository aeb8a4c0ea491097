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
      '"torrent" shares the network or the processes of "pleroma-db", and nothing recreates it along with it',
    remedy:
      'It stops working once "pleroma-db" is recreated: remove it before the upgrade and recreate it afterwards, or have a unit run it',
  },
  {
    check: "container",
    facts: {
      sharers: [{
        name: "old",
        runtime: "docker",
        does: "is stopped",
        comesBack: false,
        stop: "docker stop old",
      }],
    },
    level: "warn",
    found: '"old" of docker has the same data, and is stopped',
    remedy:
      'Never start it beside "pleroma-db": two servers on one directory ruin it',
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
