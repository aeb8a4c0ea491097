import { type Check, ok, warn } from "./check.ts";

export const writers: Check = {
  name: "writers",
  about: "who uses the database is known and will be stopped",
  worst: "warn",
  remedy: "name what uses it with --writers",
  look({ live, writers }) {
    const units = writers.map(({ unit }) => unit).join(", ");
    if (writers.length > 0) return ok(units);
    const [first] = live.connections;
    return first === undefined ? ok("none found") : warn(
      `no unit depends on it, but ${
        JSON.stringify(first.application || first.address)
      } is connected to ${JSON.stringify(first.database)}`,
      "Name what uses it with --writers; it is cut off either way",
    );
  },
};
