/**
 * Stable: scripts rely on them. `help exit-codes` prints this. Where a failure
 * says `{ exit }` beside its code, that one counts.
 */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  midway: 4,
  waiting: 5,
  locked: 6,
  journal: 7,
  foreign: 8,
  bug: 70,
} as const;

export const EXIT_MEANING: Readonly<Record<number, string>> = {
  [EXIT.done]: "done, or nothing to do",
  [EXIT.failed]: "failed before anything was changed",
  [EXIT.usage]: "the command line is wrong",
  [EXIT.refused]:
    "refused, by a check or for want of an answer, or there is nothing to work on; whatever ran before runs again. status CONTAINER: something is wrong",
  [EXIT.midway]: "stopped midway: run resume or rollback",
  [EXIT.waiting]:
    "waiting for you to change the configuration, or to look at rows",
  [EXIT.locked]: "another pgladder is at work on this run",
  [EXIT.journal]: "the journal is damaged, or newer than this program",
  [EXIT.foreign]:
    "pgladder found something that it did not create: inspect it first",
  [EXIT.bug]: "a bug in pgladder",
  129: "stopped by SIGHUP; the journal is sound",
  130: "stopped by SIGINT; the journal is sound",
  143: "stopped by SIGTERM; the journal is sound",
};

/** How a process that a signal stopped ends. */
export const SIGNAL_EXITS: Readonly<Record<string, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};
