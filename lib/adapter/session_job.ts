import { PortError } from "../port/ports.ts";
import type { UnitJob } from "../port/units.ts";
import { lookAt, removeOne, unlessMissing } from "./durable.ts";
import { proc } from "./proc.ts";
import { runOk } from "./process.ts";

/**
 * A job without systemd: a session of its own (setsid(1)), which no lost
 * connection ends. A file in memory says which: the boot, the leader as the
 * kernel tells of it, and its exit code once it has one.
 */

/** What the leader and all that it starts have in their environment. */
const MARK = "PGLADDER_JOB";

/**
 * The leader writes the record itself, so that whoever began the job may die at
 * once. It stays until the command has ended.
 */
const LEADER = `
record=$1 log=$2
shift 2
exec >>"$log" 2>&1 </dev/null || exit
cat /proc/sys/kernel/random/boot_id "/proc/$$/stat" >"$record.new" &&
  mv "$record.new" "$record" || exit
"$@"
echo "$?" >>"$record"
`;

/** Ends once the leader is at work, or has ended before. */
const BEGIN = `
leader=$1 record=$2
shift
rm -f "$record" "$record.new" || exit
setsid sh -c "$leader" pgladder-job "$@" >/dev/null 2>&1 </dev/null &
until [ -e "$record" ]; do
  case $(cat "/proc/$!/stat" 2>/dev/null) in
  '' | *') Z '*) [ -e "$record" ] || exit 1 ;;
  esac
  sleep 0.02
done
`;

const POLL_MS = 50;
/** After that long it is killed, and after as long again it cannot be. */
const PATIENCE_MS = 30_000;

export class SessionJob {
  /** @param directory where the records lie: in memory, and root's */
  constructor(
    readonly name: string,
    readonly directory: string,
    readonly patienceMs = PATIENCE_MS,
  ) {}

  get #record(): string {
    return `${this.directory}/${this.name}.job`;
  }

  /** @throws {PortError} it has not begun */
  async begin({ command, env, log = "/dev/null" }: UnitJob): Promise<void> {
    await runOk(
      ["sh", "-c", BEGIN, "pgladder", LEADER, this.#record, log, ...command],
      { env: { ...env, [MARK]: this.name } },
    );
  }

  /** Undefined: there is none, or it has ended well, or with an earlier boot. */
  look(): "active" | "failed" | undefined {
    const record = this.#read();
    if (record === undefined) return undefined;
    if (this.#processes(record).length > 0) return "active";
    return record.code === "0" ? undefined : "failed";
  }

  /**
   * Ends whatever is left of it.
   *
   * @throws {PortError} it cannot be ended
   */
  async remove(): Promise<void> {
    const record = this.#read();
    if (record !== undefined) {
      const isGone = await this.#end(record, "SIGTERM") ||
        await this.#end(record, "SIGKILL");
      if (!isGone) throw new PortError(`'${this.name}' cannot be ended`);
    }
    removeOne(this.#record);
  }

  /** Again and again: one that is told to end may start another. */
  async #end(record: JobRecord, signal: Deno.Signal): Promise<boolean> {
    const told = new Set<number>();
    for (let ms = 0; ms < this.patienceMs; ms += POLL_MS) {
      const left = this.#processes(record);
      if (left.length === 0) return true;
      for (const pid of left.filter((pid) => !told.has(pid))) {
        told.add(pid);
        sendSignal(pid, signal);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return false;
  }

  #read(): JobRecord | undefined {
    if (lookAt(this.#record)?.isFile !== true) return undefined;
    const text = unlessMissing(() => Deno.readTextFileSync(this.#record)) ?? "";
    const [boot = "", said = "", code = ""] = text.split("\n");
    const leader = statOf(said);
    const now = proc.text("/proc/sys/kernel/random/boot_id")?.trim();
    return leader === undefined || boot !== now ? undefined : { leader, code };
  }

  /**
   * The leader's number is no other's while one of its session lives. Once all
   * are gone another may have it, and once that is gone too only the mark tells
   * the two sessions apart.
   */
  #processes({ leader }: JobRecord): readonly number[] {
    const there = statOf(proc.text(`/proc/${leader.pid}/stat`) ?? "");
    if (there !== undefined && there.start !== leader.start) return [];
    return (proc.list("/proc") ?? [])
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(proc.text(`/proc/${name}/stat`) ?? "") ?? [])
      .filter(({ alive, pid, session }) =>
        alive && session === leader.pid &&
        (there !== undefined || this.#isMarked(pid))
      )
      .map(({ pid }) => pid);
  }

  #isMarked(pid: number): boolean {
    const environment = proc.text(`/proc/${pid}/environ`) ?? "";
    return environment.split("\0").includes(`${MARK}=${this.name}`);
  }
}

interface JobRecord {
  readonly leader: Process;
  /** "" as long as it has none. */
  readonly code: string;
}

interface Process {
  readonly pid: number;
  readonly session: number;
  /** Since the boot, in the kernel's ticks. */
  readonly start: string;
  /** It has not ended yet. */
  readonly alive: boolean;
}

/** proc_pid_stat(5); the name in brackets may hold anything. */
function statOf(text: string): Process | undefined {
  const [, pid = "", rest = ""] = /^(\d+) \(.*\) (.*)$/s.exec(text) ?? [];
  const fields = rest.trim().split(" ");
  const [state = "", , , session = ""] = fields;
  const start = fields[19] ?? "";
  return start === "" ? undefined : {
    pid: Number(pid),
    session: Number(session),
    start,
    alive: !["Z", "X"].includes(state),
  };
}

function sendSignal(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
