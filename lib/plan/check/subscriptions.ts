import { first } from "../../base/format.ts";
import { type AskingCheck, inDatabases, ok, refuse } from "./check.ts";

export const subscriptions: AskingCheck = {
  name: "subscriptions",
  asks: true,
  about: "every subscription goes on where it stopped",
  worst: "refuse",
  remedy: "wait until its tables are copied",
  major: true,
  look({ databases }) {
    const unsettled = inDatabases(databases, (database) => database.unsettled);
    if (unsettled.length > 0) {
      return refuse(
        `a subscription still copies tables: ${first(unsettled)}`,
        "Wait until pg_subscription_rel has no state but r: what is partly copied would be copied twice",
      );
    }
    const enabled = inDatabases(
      databases,
      (database) => database.subscriptions,
    );
    return ok(
      enabled.length === 0
        ? "none is enabled"
        : `${first(enabled)} goes on where it stopped`,
    );
  },
};
