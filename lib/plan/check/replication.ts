import { type Check, ok, warn } from "./check.ts";

export const replication: Check = {
  name: "replication",
  about: "what follows this server by its log must be set up anew",
  worst: "warn",
  remedy: "make slots, standbys and base backups anew",
  major: true,
  look({ live }) {
    if (live.slots.length > 0) {
      return warn(
        `replication slots do not come along: ${live.slots.join(", ")}`,
        "Make them again after the upgrade, and build their standbys anew",
      );
    }
    return live.archiveMode === "off" ? ok("no slots, no archive") : warn(
      `archive_mode is ${live.archiveMode}`,
      "The new cluster is another system: upgrade the archive's stanza and take a new base backup",
    );
  },
};
