import { type AskingCheck, ok, refuse, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const replication: AskingCheck = {
  name: "replication",
  asks: true,
  about:
    "with pg_upgrade from 17 on, no logical slot has changes that nobody has fetched; other slots and archives are only named",
  worst: "refuse",
  remedy:
    "start the slot's subscriber, or drop the slot; make standbys and base backups again afterwards",
  major: true,
  look({ contents, from, databases, server }, { method }) {
    // From 17 on pg_upgrade keeps logical slots, and refuses one with changes that nobody has fetched.
    const keeps = method === "pg_upgrade" && from.major >= 17;
    if (keeps && server.idleSlots.length > 0) {
      return refuse(
        `nobody reads the logical slot ${first(server.idleSlots)}`,
        "pg_upgrade keeps only a slot whose changes were all fetched: start its subscriber, or pg_drop_replication_slot('…')",
      );
    }
    // What takes the stamps from a clone's columns is a change that no slot has fetched.
    if (
      keeps && server.logicalSlots.length > 0 && !contents.stamps &&
      databases.some(({ stamped }) => stamped)
    ) {
      return refuse(
        `the new server does not know a column option that is in use, and removing it would block the logical slot ${
          first(server.logicalSlots)
        }`,
        "Use --method dump and make the slot again afterwards, or pg_drop_replication_slot('…') first",
      );
    }
    const left = server.slots.filter((name) =>
      !keeps || !server.logicalSlots.includes(name)
    );
    if (left.length > 0) {
      return warn(
        `replication slots do not come along: ${left.join(", ")}`,
        "Make them again after the upgrade, and build their standbys again",
      );
    }
    if (server.slots.length > 0) {
      return warn(
        `logical slots come along: ${server.slots.join(", ")}`,
        "pg_upgrade keeps only a slot whose changes were all fetched by the stop, and refuses otherwise",
      );
    }
    return server.archiveMode === "off" ? ok("no slots, no archive") : warn(
      `archive_mode is ${server.archiveMode}`,
      "The new cluster is another system: upgrade the archive's stanza and take a new base backup",
    );
  },
};
