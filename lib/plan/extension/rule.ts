import type { Image } from "../../../journal/plan.ts";
import type { Finding } from "../check/check.ts";
import type { DatabaseFacts } from "../facts/server.ts";
import type { Settings } from "../settings.ts";

/** One extension in one database, and what the new image has of it. */
export interface InUse {
  readonly database: DatabaseFacts;
  /** That is in use; "" where that is not known. */
  readonly version: string;
  /** That the new image would make; "" where that is not known. */
  readonly offered: string;
  readonly to: Image;
  readonly method: Settings["method"];
}

/**
 * What is known of an extension beyond what is true of every one: a file each.
 * What a job does for it stands in `lib/job/sql/extension_NAME.sql`.
 */
export interface Rule {
  readonly name: string;
  /** Undefined: it goes the common way. */
  readonly look: (it: InUse) => Finding | undefined;
}
