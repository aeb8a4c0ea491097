import { type Check, ok, refuse } from "./check.ts";

export const leftovers: Check = {
  name: "leftovers",
  about: "nothing of an earlier upgrade stands where this one needs the place",
  worst: "refuse",
  remedy: "pgladder commit or rollback what is there",
  major: true,
  look({ leftovers }) {
    return leftovers.length === 0 ? ok("none") : refuse(
      `"${leftovers.join('", "')}" is already there`,
      "Move it away, or end that upgrade with pgladder commit",
    );
  },
};
