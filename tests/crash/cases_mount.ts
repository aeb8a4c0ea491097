import type { Case } from "./cases.ts";

/** Cases of a volume that is a mount point. */
export const MOUNT: readonly Case[] = [
  {
    name: "Where the new cluster stands nothing is put aside a second time",
    scenario: 11,
    at: /^exchange .*staging\/PG_VERSION /,
    later: 2,
    way: "up",
    manner: "before",
    rest: { moves: ["power cut, /etc wiped"] },
  },
];
