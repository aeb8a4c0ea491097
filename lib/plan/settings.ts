import type { Plan } from "../../journal/plan.ts";

/** What the operator decided, with the defaults filled in. */
export interface Settings {
  /** `--trust-parents` */
  readonly trustParents?: boolean;
  readonly container: string;
  readonly runtime: Plan["runtime"];
  readonly to: string;
  readonly method: Plan["method"];
  readonly verify: Plan["verify"];
  readonly jobs: number;
  /** Seconds that the old server may take to stop. */
  readonly stopTimeout: number;
  readonly switch: Plan["switch"]["kind"];
  readonly switchCommand: string | undefined;
  /** Nobody named a `--switch`, and pgladder looked for one that is certain. */
  readonly isSwitchOurs?: true;
}
