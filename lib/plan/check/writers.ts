import { type Check, ok, warn } from "./check.ts";

export const writers: Check = {
  name: "writers",
  about: "who uses the database is known and will be stopped",
  worst: "warn",
  remedy: "name what uses it with --writers",
  look({ server, strangers = server.connections, writers }) {
    const names = writers.map(({ unit }) => unit).join(", ");
    const looping = writers.filter((it) => it.looping).map(({ unit }) => unit);
    if (looping.length > 0) {
      return warn(
        `${names}; ${
          looping.join(" and ")
        } does not stay up, and is started again and again`,
        "It is stopped and started with the others, and not waited for: see why it ends",
      );
    }
    // A unit's processes have no address of their own.
    if (writers.some(({ restart }) => restart === undefined)) return ok(names);
    const [first] = strangers;
    if (first === undefined) return ok(names || "none found");
    const application = JSON.stringify(first.application || first.address);
    const from = names === "" || first.application === ""
      ? ""
      : ` from ${first.address}`;
    return warn(
      `${
        names || "no unit depends on it"
      }, but ${application}${from} is connected to ${
        JSON.stringify(first.database)
      }`,
      "Name what uses it with --writers; it is cut off either way",
    );
  },
};
