import { type Check, ok, refuse } from "./check.ts";

export const version: Check = {
  name: "version",
  about: "the new image's own version is a later major one",
  look({ from, to }) {
    const words = `${from.version} → ${to.version}`;
    if (to.major > from.major) return ok(words);
    if (to.major < from.major) {
      return refuse(
        `${words} is a downgrade`,
        "PostgreSQL cannot go back to an earlier major version: restore a dump of that version",
      );
    }
    return refuse(
      `${words} is the same major version`,
      "A minor upgrade needs no new cluster: change the tag and restart the unit",
    );
  },
};
