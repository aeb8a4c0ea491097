import { join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import type { PlannedRun, RunContext } from "../../run/context.ts";
import { StoppedError } from "../../job/control.ts";
import type { Ports } from "../../port/ports.ts";

const POLL_MS = 100;
/** Not at work for so long, and no result: it was killed. In milliseconds. */
const IDLE_MS = 5000;
const TAIL_LINES = 5;

/**
 * Runs the operator's line, by bash where there is one, then writes its exit code as the last action. From a
 * file, since words and environment of a unit are shown to everybody; it is
 * gone before the line begins, so that nothing of it stays whatever ends it.
 */
const WRAPPER = `
exec 3<"$PGLADDER_COMMAND_FILE" && rm -f "$PGLADDER_COMMAND_FILE"
shell=bash
command -v bash >/dev/null || shell=sh
"$shell" /dev/fd/3 >"$PGLADDER_LOG" 2>&1 </dev/null
code=$?
printf '%s\\n' "$code" >"$PGLADDER_RESULT.new"
sync "$PGLADDER_RESULT.new"
mv -T "$PGLADDER_RESULT.new" "$PGLADDER_RESULT"
`;

export interface Ended {
  /** The exit code, or "no result" of one that was killed. */
  readonly code: string;
  /** The path of all that it printed. */
  readonly log: string;
  /** The last lines of it. */
  readonly tail: string;
}

const unitOf = (plan: Plan) => `pgladder-${plan.run}-switch.service`;

const WAYS = ["apply", "undo"] as const;
type Way = typeof WAYS[number];

const resultOf = ({ names }: PlannedRun, way: Way) =>
  join(names.jobs, `switch-${way}.result`);

/** The last line that was run, if it ended well: which way it was. */
export async function endedWell(
  context: RunContext<"files">,
): Promise<Way | undefined> {
  for (const way of WAYS) {
    const text = await context.ports.files.readText(resultOf(context, way));
    if (text?.trim() === "0") return way;
  }
  return undefined;
}

/** An earlier life's line is at work still: what it changes is not yet told. */
export async function isAtWork({ plan, ports: { units } }: RunContext) {
  const unit = unitOf(plan);
  return (await units.show([unit])).get(unit)?.active === "active";
}

/**
 * A line of shell in a transient unit, which lives on without pgladder; its
 * environment tells the direction and what is switched.
 *
 * @throws {StoppedError} a signal asked to stop; the unit goes on
 */
export async function runInUnit(
  context: RunContext,
  { command, direction, follow = false }: {
    command: string;
    direction: Way;
    /** Say each line of its output as it comes. */
    follow?: boolean;
  },
): Promise<Ended> {
  const { names, plan, ports: { files, host, units } } = context;
  const { jobs, line } = names;
  const unit = unitOf(plan);
  const base = join(jobs, `switch-${direction}`);
  const log = `${base}.log`;
  if (await files.look(jobs) === undefined) await files.makeDirectory(jobs);
  // What an earlier process left may be half-way through: stop it, start over.
  await units.remove(unit);
  for (const way of WAYS) await files.remove(resultOf(context, way));
  await files.writeText(line, `${command}\n`);
  await units.run({
    name: unit,
    command: ["sh", "-c", WRAPPER],
    env: {
      PGLADDER_COMMAND_FILE: line,
      PGLADDER_LOG: log,
      PGLADDER_RESULT: resultOf(context, direction),
      PGLADDER_DIRECTION: direction,
      PGLADDER_CONTAINER: plan.container,
      PGLADDER_UNIT: plan.restart === undefined ? plan.unit : "",
      PGLADDER_FROM_IMAGE: plan.from.reference,
      PGLADDER_TO_IMAGE: plan.to.reference,
      PGLADDER_FROM_MOUNT: plan.from.inner,
      PGLADDER_TO_MOUNT: plan.to.inner,
      PGLADDER_VOLUME: plan.volume.path,
    },
  });
  const told = follow ? new Follower(log) : undefined;
  let code = await files.readText(resultOf(context, direction));
  for (let idle = 0; code === undefined;) {
    if (host.stopAsked) throw new StoppedError(host.stopAsked);
    await host.sleep(POLL_MS);
    await told?.say({ files, host });
    const shown = (await units.show([unit])).get(unit);
    // A unit that was only just asked for may not have begun.
    idle = shown?.active === "active" ? 0 : idle + POLL_MS;
    code = await files.readText(resultOf(context, direction)) ??
      (idle > IDLE_MS ? "no result" : undefined);
  }
  await told?.say({ files, host });
  await units.remove(unit);
  await units.reload();
  const text = await files.readText(log) ?? "";
  await files.remove(line);
  const tail = text.trim().split("\n").slice(-TAIL_LINES).join(" | ");
  return { code: code.trim(), log, tail };
}

/** Says what has come to a log since the last time. */
class Follower {
  #said = 0;

  constructor(readonly log: string) {}

  async say({ files, host }: Pick<Ports, "files" | "host">): Promise<void> {
    const text = await files.readText(this.log) ?? "";
    // A log that started over.
    if (text.length < this.#said) this.#said = 0;
    const end = text.lastIndexOf("\n") + 1;
    if (end <= this.#said) return;
    for (const line of text.slice(this.#said, end - 1).split("\n")) {
      host.say(`      | ${line}`);
    }
    this.#said = end;
  }
}
