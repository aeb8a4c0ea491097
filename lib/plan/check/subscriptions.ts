import { type Check, ok, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const subscriptions: Check = {
  name: "subscriptions",
  about: "subscriptions come along, and wait to be enabled",
  worst: "warn",
  remedy: "enable and refresh each afterwards",
  major: true,
  look({ inside }) {
    const enabled = inside.flatMap(({ name, subscriptions }) =>
      subscriptions.map((it) => `${it} (in database ${JSON.stringify(name)})`)
    );
    return enabled.length === 0 ? ok("none is enabled") : warn(
      `enabled is ${first(enabled)}`,
      "It comes along disabled: ALTER SUBSCRIPTION … ENABLE, then REFRESH PUBLICATION, once its publisher may send again",
    );
  },
};
