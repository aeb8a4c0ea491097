import { first } from "../../base/format.ts";
import { type AskingCheck, inDatabases, ok, refuse, warn } from "./check.ts";

export const partitions: AskingCheck = {
  name: "partitions",
  asks: true,
  about: "no row belongs into another partition by the new image's sorting",
  worst: "refuse",
  remedy: 'use an image on the same base, or partitions by COLLATE "C"',
  major: true,
  look({ databases, libcs, unserved }, { method }) {
    const ranges = inDatabases(databases, ({ textRanges }) => textRanges);
    if (ranges.length === 0) return ok("none is a range of text");
    if (libcs.from === libcs.to) return ok(`${first(ranges)}, by ${libcs.to}`);
    const found = `${
      first(ranges)
    } has ranges of text, and ${libcs.from} may sort differently from ${libcs.to}`;
    return method === "pg_upgrade"
      ? refuse(
        found,
        "Use --method dump, which tries each row, or an image on the same base",
      )
      : warn(
        found,
        `The restore fails if a row now belongs to another partition: ${
          unserved === undefined ? "rehearse first, or use" : "use"
        } an image on the same base`,
      );
  },
};
