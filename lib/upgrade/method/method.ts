import type { Verify } from "../../compare/compare.ts";
import type { Job } from "../../job/control.ts";
import type { Context } from "../../run/context.ts";

/** A way to fill the new cluster; the rest of the step is the same for all. */
export interface Method {
  readonly commands: readonly string[];
  /** The script whose result counts. */
  readonly script: string;
  job(context: Context): Job;
  /** Makes, empty, what the job is to fill. */
  makeRoom(context: Context): Promise<void>;
  /** Texts that the job's directory gets before the job begins, by name. */
  notes?(context: Context): Promise<Readonly<Record<string, string>>>;
  /** Where the job leaves the new cluster's whole mount. */
  readonly made: string;
  /** The old cluster's fingerprint. */
  oldFingerprint(context: Context): string;
  readonly verify: Verify;
  /**
   * A phrase where the new cluster was made from something that the old one no
   * longer is; always undefined where another step answers for it.
   */
  outdated(context: Context): Promise<string | undefined>;
  /** What else is removed once the new cluster is compared; some hold secrets. */
  leftovers(context: Context): readonly string[];
}
