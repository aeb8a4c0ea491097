import { type Check, inDatabases, ok, refuse, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const extensions: Check = {
  name: "extensions",
  about: "the new image has every extension that is in use",
  worst: "refuse",
  remedy: "take an image that has it, or drop the extension",
  major: true,
  look({ contents, inside, to }) {
    if (!contents.extensions.includes("plpgsql")) {
      return warn(
        `what extensions ${to.reference} has cannot be read`,
        "Look yourself whether it has all that are in use",
      );
    }
    const missing = inDatabases(
      inside,
      ({ extensions }) =>
        extensions.filter((it) => !contents.extensions.includes(it)),
    );
    const used = new Set(inside.flatMap(({ extensions }) => extensions));
    return missing.length === 0 ? ok([...used].sort().join(", ")) : refuse(
      `${to.reference} does not have ${first(missing)}`,
      "Take an image that has it, or DROP EXTENSION",
    );
  },
};
