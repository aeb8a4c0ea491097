import { type Check, ok, refuse } from "./check.ts";

export const exchange: Check = {
  name: "exchange",
  about: "two directories beside the volume can be exchanged in one instant",
  worst: "refuse",
  remedy: "use XFS, ext4 or btrfs",
  major: true,
  look({ canClone, canExchange, fileSystem }) {
    if (!canExchange) {
      return refuse(
        `${fileSystem.type} at "${fileSystem.mount}" cannot exchange two directories`,
        "Use XFS, ext4 or btrfs for the directory that the volume lies in",
      );
    }
    return ok(
      canClone
        ? "yes; the old files are cloned, not touched"
        : "yes; no clones here: the old server starts once more on the old files",
    );
  },
};
