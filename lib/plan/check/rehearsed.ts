import { isOf, type RehearsalRecord } from "../../run/rehearsal_record.ts";
import { rehearsalWords } from "../../run/rehearsal_text.ts";
import { type Check, ok, warn } from "./check.ts";

export const rehearsed: Check = {
  name: "rehearsal",
  about: "this very upgrade has been rehearsed, and went well",
  worst: "warn",
  remedy: "fix why it failed, then run pgladder rehearse again",
  major: true,
  look({ from, leaving, rehearsal, to, unserved }, { method }) {
    if (leaving !== undefined) {
      return ok(
        `not possible: the server of the image, which is ${leaving.leaves.what}, lets nobody copy it while it serves`,
      );
    }
    if (rehearsal === undefined && unserved !== undefined) {
      return ok("not possible: it copies a database that serves");
    }
    if (rehearsal === undefined) {
      return ok('none yet: "pgladder rehearse" tells the downtime to expect');
    }
    const found = rehearsalWords(rehearsal);
    if (!isOf(rehearsal, { from, method, to })) {
      return ok(`none of this upgrade, but ${wayOf(rehearsal)}: ${found}`);
    }
    return rehearsal.failure === undefined
      ? ok(found)
      : warn(found, "Fix its cause, then rehearse again");
  },
};

function wayOf({ from, method, to }: RehearsalRecord): string {
  return `one of ${from.version} → ${to.version} by ${method}`;
}
