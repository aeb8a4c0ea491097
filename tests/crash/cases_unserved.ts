import { type Case, CASES } from "./cases.ts";
import { MOUNT } from "./cases_mount.ts";

/** Cases of an upgrade from a database that does not serve. */
const UNSERVED: readonly Case[] = [
  {
    name:
      "What a boot has started of the new version is stopped on the way back",
    scenario: 15,
    at: /^exchange .*staging$/,
    way: "up",
    manner: "after",
    rest: { moves: ["reboot, /etc wiped"], turn: 1, status: true },
  },
];

export const ALL_CASES: readonly Case[] = [...CASES, ...UNSERVED, ...MOUNT];
