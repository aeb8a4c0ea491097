import type { Facts } from "../facts/facts.ts";
import { isMinor } from "../make_plan.ts";
import { backupOf } from "../../run/paths.ts";
import type { Mount } from "../../port/containers.ts";
import { samePath } from "../../configuration/would_run.ts";
import { type Check, type Finding, ok, refuse, warn } from "./check.ts";

const LINKED = "/var/lib/postgresql/data";

export const volume: Check = {
  name: "volume",
  about:
    "the data lie in a plain directory or a named volume that can be put aside",
  worst: "refuse",
  remedy: "mount a plain directory",
  look(facts, settings) {
    const { mount, named, unsafeParents, volume, volumeFile, within } = facts;
    const { fileSystem } = facts;
    if (mount === undefined) {
      return refuse(
        "the data directory is in the container itself",
        "Mount a directory of the host there first",
      );
    }
    if (mount.kind !== "bind" && mount.kind !== "volume") {
      return refuse(
        `the data are in the ${mount.kind} "${mount.name || mount.mountPath}"`,
        "Mount a directory of the host there first",
      );
    }
    if (facts.linked && facts.to.inner === LINKED) return linked(facts);
    if (mount.kind === "volume" && named?.blocker !== undefined) {
      return refuse(
        `the data are in the volume "${named.name}", and ${named.blocker}`,
        movingOut(facts, mount),
      );
    }
    if (!samePath(volume, named?.device ?? mount.source)) {
      return refuse(
        `"${volume}" is not what the container has mounted: that is "${mount.source}"`,
        "Leave --volume out, or name the directory of a lost cluster itself",
      );
    }
    if (facts.linkedParent !== undefined && settings.trustParents) {
      return refuse(
        `${facts.linkedParent}, which others than root can turn elsewhere`,
        "Mount the directory by its real path: --trust-parents does not go over such a link",
      );
    }
    if (unsafeParents[0] !== undefined && !settings.trustParents) {
      return refuse(
        unsafeParents[0],
        "Mount the directory by its real path, below directories that only root may change. If you trust whoever may change that one, add --trust-parents: while data are moved, they could become root",
      );
    }
    if (volumeFile?.kind !== "directory") {
      return refuse(`"${volume}" is not a directory`, "Mount a directory");
    }
    if (within?.blocker !== undefined) {
      return refuse(
        `"${volume}" ${within.why}, and ${within.blocker}`,
        "Mount a plain directory of the host instead: pgladder cannot rename this one, so it must be able to move all that is in it",
      );
    }
    if (fileSystem.readOnly) {
      return refuse(`"${volume}" is read-only`, "Remount it writable");
    }
    if (/[\n\r,]/.test(volume)) {
      return refuse(
        `"${volume}" has a comma or a line break in its name`,
        "Give the directory a plain name",
      );
    }
    const warning = warningOf(facts);
    if (warning !== undefined) return warning;
    return ok(
      named === undefined
        ? `"${volume}" on ${fileSystem.type}`
        : `the volume "${named.name}" on ${fileSystem.type}; the old data are put aside as "${
          backupOf(volume)
        }", which no prune takes`,
    );
  },
};

const linked = ({ to }: Facts) =>
  refuse(
    `${to.reference} has a symbolic link at ${LINKED}, where no runtime can mount`,
    "Take a later image of that version: the first ones of 18 alone have it",
  );

/** What blocks nothing, and a person should know. */
function warningOf(facts: Facts): Finding | undefined {
  const { fileSystem, harmlessParents = [], notCarried = [] } = facts;
  const { unsafeParents, volume } = facts;
  if (notCarried.length > 0) {
    return warn(
      `"${volume}" has ${
        notCarried.join(", ")
      }, which pgladder cannot give to the new directory`,
      "Set it again by hand after the upgrade, or remove it before",
    );
  }
  const [interferer] = [...unsafeParents, ...harmlessParents];
  if (interferer === undefined) return warningWithin(facts);
  return warn(
    `"${volume}" on ${fileSystem.type}; ${interferer}`,
    `See that nobody moves, removes or links anything beside "${volume}" until the upgrade is committed`,
  );
}

/** Who can reach the old data, where they stay in the volume. */
function warningWithin(facts: Facts): Finding | undefined {
  const { fileSystem, volume, within } = facts;
  if (within === undefined || isMinor(facts)) return undefined;
  return warn(
    `"${volume}" on ${fileSystem.type} ${within.why}; the old data are kept within it, as "pgladder-RUN.bak"`,
    "Until commit the container's own user can reach them there, and a base backup may include them: inspect the upgrade, then commit it",
  );
}

/** What a person types to have the same data in a directory of the host. */
function movingOut(
  { unmanaged, container, unit }: Facts,
  { mountPath, name, source }: Mount,
): string {
  const stop = unmanaged === undefined && unit !== undefined
    ? `systemctl stop ${unit.name}`
    : `stop "${container.name}"`;
  const place = `/srv/${name || container.name}`;
  return `Move them into a directory of the host: ${stop}; cp -a ${source} ${place}; mount ${place}:${mountPath} in place of the volume; start it`;
}
