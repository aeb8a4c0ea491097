import { basename } from "@std/path";
import { type Check, ok, refuse } from "./check.ts";

export const leftovers: Check = {
  name: "leftovers",
  about: "nothing of an earlier upgrade stands where this one needs the place",
  worst: "refuse",
  remedy: "pgladder commit or rollback what is there",
  major: true,
  look({ leftovers }, { container }) {
    const [found] = leftovers;
    if (leftovers.length === 1 && basename(found ?? "") === "rehearsal") {
      return refuse(
        "a rehearsal was interrupted",
        `Remove what it left with pgladder rehearse ${container} --clean`,
      );
    }
    return leftovers.length === 0 ? ok("none") : refuse(
      `"${leftovers.join('", "')}" is already there`,
      "Move it away, or end that upgrade with pgladder commit",
    );
  },
};
