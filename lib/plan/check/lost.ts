import type { FileFacts } from "../../port/files.ts";
import { type Check, ok, refuse, warn } from "./check.ts";

export const lost: Check = {
  name: "lost",
  about:
    "no lost cluster lies beside an empty one; one that --volume names can be upgraded into its place",
  worst: "refuse",
  remedy: "name the cluster that is meant with --volume",
  look(facts) {
    const { beside, found, from, hasRun, inUse = [], unserved, within } = facts;
    const meant = unserved?.lost;
    if (meant === undefined) {
      return beside === undefined
        ? ok("none")
        : warn(beside.found, beside.next);
    }
    if (within !== undefined) {
      return refuse(
        `"${facts.volume}" ${within.why}: its cluster cannot go aside whole`,
        "Mount a plain directory or a volume with a name there instead, then type the same again",
      );
    }
    if (/[\n\r,]/.test(meant.path)) {
      return refuse(
        `"${meant.path}" has a comma or a line break in its name`,
        "Give the directory a plain name",
      );
    }
    if (inUse[0] !== undefined) {
      return refuse(
        `"${meant.path}" is in use by ${inUse[0]}`,
        "Stop that first: two servers on one directory ruin it",
      );
    }
    if (hasRun) {
      return refuse(
        `an upgrade of "${meant.path}" is open`,
        "End that one first, with pgladder resume, rollback or commit",
      );
    }
    const other = ownerIfOther(facts.clusterOwner, from);
    if (other !== undefined) {
      return refuse(
        `"${meant.path}" belongs to the user ${other}, and ${from.reference} has its server run as ${from.uid}`,
        "Name an image of the kind that made it with --from, such as an -alpine one",
      );
    }
    if (found && ownerIfOther(facts.ownOwner, found) !== undefined) {
      return refuse(
        `"${facts.volume}" belongs to another user than ${found.reference} has its server run as`,
        "Run the container as its image's own user, then type the same again",
      );
    }
    return ok(
      `the cluster in "${meant.path}" is read and stays; what "${facts.container.name}" has served meanwhile goes aside and stays, too`,
    );
  },
};

/** Undefined where its image would have made it so. */
function ownerIfOther(
  owner: FileFacts["owner"] | undefined,
  { uid }: { readonly uid: number },
): number | undefined {
  return owner === undefined || owner.uid === uid ? undefined : owner.uid;
}
