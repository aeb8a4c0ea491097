export interface Failed {
  readonly error: string;
  /** It is no failure but a verdict on the data. */
  readonly refused?: true;
}

/** A phase of a job that fails once. */
export interface Sickness {
  readonly script: string;
  readonly phase: number;
  readonly refuses?: true;
}

export const failedBy = ({ refuses }: Sickness): Failed =>
  refuses
    ? { error: "The old server did not start", refused: true }
    : { error: "No space left on device" };
