import { first } from "../../base/format.ts";
import { type Check, ok, refuse } from "./check.ts";

/** A server that meets one of these after the stop waits, fails or follows another one. */
export const startFiles: Check = {
  name: "start files",
  about:
    "what a server opens by name as it starts and stops are plain files, and none has it follow a backup or another server",
  worst: "refuse",
  remedy: "remove what the server has not made itself",
  look(facts) {
    const { odd, signals } = facts.startFiles ?? { odd: [], signals: [] };
    if (odd.length > 0) {
      return refuse(
        first(odd),
        "A server that opens it may wait for ever, or not start: remove it, or put the server's own file there",
      );
    }
    // What does not serve may have to follow one: a base backup that was restored.
    const isPrimary = facts.unserved === undefined && !facts.server.inRecovery;
    if (signals.length > 0 && isPrimary) {
      return refuse(
        `the next start would follow ${first(signals)} in the data`,
        "End the backup that is under way, or remove the file if nobody needs it: a primary has none",
      );
    }
    return ok("as a server leaves them");
  },
};
