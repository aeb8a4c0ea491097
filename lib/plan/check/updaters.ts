import { type Check, ok, warn } from "./check.ts";

export const updaters: Check = {
  name: "updaters",
  about:
    "no helper on the host starts containers again, or makes them again, by itself",
  worst: "warn",
  remedy: "have it stopped meanwhile with --writers",
  look({ updaters = [], writers }) {
    // What is stopped with the others does nothing meanwhile.
    const [first, ...more] = updaters.filter(({ container, unit: own }) =>
      !writers.some(({ unit }) => unit === container || unit === own)
    );
    if (first === undefined) {
      const names = updaters.map(({ container }) => container).join(", ");
      return ok(names === "" ? "none found" : `${names}, stopped meanwhile`);
    }
    const words = [first, ...more].map(({ container, does, image }) =>
      `"${container}" (${image}) ${does}`
    );
    const names = [first, ...more].map(({ container }) => container);
    return warn(
      words.join("; "),
      `Stop it until the upgrade is done, or have pgladder do that: --writers ${
        names.join(",")
      }`,
    );
  },
};
