import { EXIT } from "./exit_code.ts";

/**
 * Every refusal and every failure: its words, its hint and its exit code, in
 * one table. `{name}` is replaced by the detail of that name.
 */
interface Entry {
  readonly exit: number;
  readonly message: string;
  readonly hint: string;
}

export const FAILURES = {
  "usage": {
    exit: EXIT.usage,
    message: "{problem}",
    hint: "{hint}",
  },
  "not-root": {
    exit: EXIT.refused,
    message: "pgladder must run as root; you are user {uid}",
    hint: "Nothing was changed. Run it as root: sudo {command}",
  },
  "no-container": {
    exit: EXIT.refused,
    message: 'Cannot find a running container "{name}"',
    hint: "{hint}",
  },
  "no-such-container": {
    exit: EXIT.refused,
    message:
      'There is no container "{name}", and no unit or compose project that pgladder knows of creates it',
    hint: "{hint}",
  },
  "not-running": {
    exit: EXIT.refused,
    message: 'Cannot upgrade "{name}": {state}',
    hint: '{hint}. See "pgladder status {name}"',
  },
  "rootless": {
    exit: EXIT.refused,
    message:
      'Cannot upgrade "{name}": the rootless podman of user "{user}" runs it, and root sees neither it nor its image',
    hint:
      "Run it by root's podman, with its data in a directory of the host or in a named volume. Then type the same again",
  },
  "no-image": {
    exit: EXIT.refused,
    message: 'Cannot get the image "{image}": {reason}',
    hint: "Nothing was changed. Check the tag{now}, or name {other}",
  },
  "not-postgres": {
    exit: EXIT.refused,
    message: 'Cannot upgrade "{name}": {reason}',
    hint:
      "pgladder upgrades containers of the postgres image and of images made from it",
  },
  "vendor": {
    exit: EXIT.refused,
    message:
      'Cannot upgrade "{name}": {image} is {what} and keeps its data and settings in its own way',
    hint: "{way}. Nothing was changed",
  },
  "no-answer": {
    exit: EXIT.refused,
    message: 'Cannot ask the server in "{name}": {reason}',
    hint: "Nothing was changed. {hint}",
  },
  "runtime-missing": {
    exit: EXIT.refused,
    message: "Cannot find {runtime} on this host",
    hint: "Run pgladder on the host that runs the database's container",
  },
  "no-systemd": {
    exit: EXIT.refused,
    message: "The systemd of this host cannot be asked from here",
    hint:
      "Nothing was changed. Run pgladder on the host itself, and not in a container or a chroot",
  },
  "checks": {
    exit: EXIT.refused,
    message: "Refused by {checks}; nothing was changed",
    hint: 'See "{plan}"',
  },
  "retire": {
    exit: EXIT.refused,
    message: 'Cannot retire the overrides of "{name}": {problem}',
    hint: "Nothing was changed",
  },
  "not-confirmed": {
    exit: EXIT.refused,
    message: "Not confirmed; nothing was changed",
    hint: "{hint}",
  },
  "open-run": {
    exit: EXIT.refused,
    message:
      'Cannot begin: an upgrade of "{container}" is in progress (run {run})',
    hint:
      'Continue with "pgladder resume {container}", or go back with "pgladder rollback {container}"',
  },
  "finished-run": {
    exit: EXIT.refused,
    message:
      'Cannot begin: run {run} of "{container}" is complete but not committed',
    hint:
      'To look at it, run "pgladder status {container}"; to go back, "pgladder rollback {container}". If all is well, run "pgladder commit {container}": there is no way back after it',
  },
  "cannot-rehearse": {
    exit: EXIT.refused,
    message: "Cannot rehearse: {reason}",
    hint: "{hint}",
  },
  "rehearsing": {
    exit: EXIT.locked,
    message: 'Cannot begin: "{container}" is being rehearsed',
    hint:
      "Wait until it ends, or press Ctrl-C where it runs: it then removes all that it made",
  },
  "rehearsal-floor": {
    exit: EXIT.failed,
    message:
      "The rehearsal stopped by itself: {free} of disk are free, and {floor} must stay free for the live database",
    hint:
      "Nothing of it is left. Make room beside the volume, or use a smaller --keep-free",
  },
  "rehearsal-stopped": {
    exit: EXIT.failed,
    message: "Stopped by {signal}: the service runs on",
    hint:
      "Nothing of the rehearsal is left. Type the same again to rehearse from the start",
  },
  "rehearsal": {
    exit: EXIT.failed,
    message: 'The upgrade would fail in its step "{step}": {reason}',
    hint:
      "Nothing was changed and the service runs on. Fix the cause, then rehearse again",
  },
  "no-run": {
    exit: EXIT.refused,
    message: "Cannot find {what}",
    hint: "{hint}",
  },
  "several-runs": {
    exit: EXIT.refused,
    message: "Several runs are open: {names}",
    hint: "Name the container after the command, or its volume with --volume",
  },
  "cannot-commit": {
    exit: EXIT.refused,
    message: "Cannot commit: {reason}",
    hint: "{hint}",
  },
  "cannot-roll-back": {
    exit: EXIT.refused,
    message: "Cannot roll back: {reason}",
    hint: "{hint}",
  },
  "half-removed": {
    exit: EXIT.midway,
    message: "Cannot finish the commit: {reason}",
    hint:
      'Part of "{kept}" may be gone already; the running database is not touched. Fix the cause, then run "pgladder commit {container}"',
  },
  "loss": {
    exit: EXIT.refused,
    message: "Rollback needs confirmation: {loss}",
    hint: "{hint}",
  },
  "locked": {
    exit: EXIT.locked,
    message: 'Another pgladder is at work on "{container}"',
    hint: 'Watch it with "pgladder status {container} --follow"',
  },
  "journal": {
    exit: EXIT.journal,
    message: "{reason}",
    hint: "{hint}",
  },
  "not-agreed": {
    exit: EXIT.refused,
    message: "Not rolled back: the loss was not confirmed",
    hint:
      'The new version was started again. To roll back anyway, run "pgladder rollback {container} --confirm {container}"',
  },
  "journal-write": {
    exit: EXIT.midway,
    message: "{reason}",
    hint:
      'pgladder cannot write its journal, so it stopped. Free space on that disk, or make it writable, then run "pgladder resume{named}" or "pgladder rollback{named}"',
  },
  "host": {
    exit: EXIT.failed,
    message: "Cannot begin: {reason}",
    hint: "Nothing was changed. Fix the cause, then run the same command again",
  },
  "host-midway": {
    exit: EXIT.midway,
    message: "Cannot continue: {reason}",
    hint: 'Fix the cause, then run "pgladder resume {container}"',
  },
  "foreign": {
    exit: EXIT.foreign,
    message: "{found}",
    hint: "{hint}",
  },
  "step": {
    exit: EXIT.midway,
    message: 'Cannot finish the step "{step}": {reason}',
    hint:
      'Fix the cause, then run "pgladder resume {container}"; or go back with "pgladder rollback {container}"',
  },
  "refused": {
    exit: EXIT.refused,
    message: 'Cannot upgrade these data (found in the step "{step}"): {reason}',
    hint: '{left}. "pgladder status {container}" says what to do',
  },
  "undo": {
    exit: EXIT.midway,
    message: 'Cannot undo the step "{step}": {reason}',
    hint: 'Fix the cause, then run "pgladder resume {container}"',
  },
  "waiting": {
    exit: EXIT.waiting,
    message: "{ask}",
    hint: 'Then run "pgladder resume {container}"{orBack}',
  },
} as const satisfies Record<string, Entry>;

export type FailureCode = keyof typeof FAILURES;

/** The names in braces of a text. */
type NamesIn<Text extends string> = Text extends
  `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** What a failure's message and hint need, so that no brace is ever shown. */
type Details<Code extends FailureCode> = Readonly<
  Record<
    NamesIn<(typeof FAILURES)[Code]["message" | "hint"]>,
    string
  >
>;

/** A refusal or a failure that a person can do something about. */
export class Failure<Code extends FailureCode = FailureCode> extends Error {
  override name = "Failure";
  readonly details: Readonly<Record<string, string>>;
  readonly hint: string;
  readonly exit: number;

  constructor(
    readonly code: Code,
    details: Details<Code>,
    options?: ErrorOptions & { exit?: number },
  ) {
    super(fill(FAILURES[code].message, details), options);
    this.details = details;
    this.hint = fill(FAILURES[code].hint, details);
    this.exit = options?.exit ?? FAILURES[code].exit;
  }
}

function fill(text: string, details: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name) => details[name] ?? all);
}
