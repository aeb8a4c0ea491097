import { basename } from "@std/path";
import { type Check, ok, refuse, warn } from "./check.ts";

export const leftovers: Check = {
  name: "leftovers",
  about: "nothing of an earlier upgrade stands where this one needs the place",
  worst: "refuse",
  remedy: "pgladder commit or rollback what is there",
  major: true,
  look({ aborted, leftovers }, { container }) {
    const [found] = leftovers;
    if (leftovers.length === 1 && basename(found ?? "") === "rehearsal") {
      return refuse(
        "a rehearsal was interrupted",
        `Remove what it left with pgladder rehearse ${container} --clean`,
      );
    }
    if (leftovers.length > 0) {
      return refuse(
        `"${leftovers.join('", "')}" is already there`,
        "Move it away, or end that upgrade with pgladder commit",
      );
    }
    return aborted === undefined ? ok("none") : warn(
      `"${aborted}" is kept from an earlier rollback, and stays`,
      `A rollback of this upgrade would keep its data in "${aborted}-RUN"; pgladder commit ${container} removes what is kept`,
    );
  },
};
