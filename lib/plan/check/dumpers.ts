import { type Check, ok, warn } from "./check.ts";

export const dumpers: Check = {
  name: "backups",
  about:
    "no other container has a pg_dump that is older than the new server, which it cannot dump",
  worst: "warn",
  remedy: "give it a newer image once the upgrade is done",
  major: true,
  look({ dumpers = [], to }) {
    if (dumpers.length === 0) return ok("no older pg_dump found");
    const words = dumpers.map(({ container, version }) =>
      `"${container}" has pg_dump ${version}`
    );
    return warn(
      `${words.join(", ")}, which cannot dump ${to.major}`,
      `Backups made there fail from the upgrade on: give it an image with pg_dump ${to.major} or later`,
    );
  },
};
