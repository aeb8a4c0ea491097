import { testCases } from "../../../tests/sample/firing.ts";

testCases([
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
