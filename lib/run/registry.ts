import type { Plan } from "../../journal/plan.ts";
import { join } from "@std/path";
import { JournalDirectory } from "../../journal/directory.ts";
import {
  DamagedJournalError,
  NewerJournalError,
  parseDocument,
} from "../../journal/document.ts";
import { fold, ImpossibleFactError } from "../../journal/fold.ts";
import { type Clock, Journal } from "../../journal/journal.ts";
import { Failure } from "../base/failure.ts";
import { type Context, contextOf, type RunContext } from "./context.ts";
import { dataMountOf } from "./data_mount.ts";
import { anchorOf, backupOf, stateDirectoryOf } from "./paths.ts";
import { isPointedAt, listPointers, type Pointer } from "./pointers.ts";
import type { Ports } from "../port/ports.ts";
import {
  requireTrustedHistory,
  requireTrustedState,
  unsafeParents,
} from "./trust.ts";

/** Which run is meant. */
export interface AskedRun {
  readonly container: string | undefined;
  readonly volume: string | undefined;
}

async function namedPointers(
  asked: AskedRun,
  ports: Ports,
): Promise<Pointer[]> {
  const pointers = await listPointers(ports);
  return pointers.filter(({ container }) =>
    asked.container === undefined || container === asked.container
  );
}

/**
 * Where the volume lies of the run that is meant; undefined: there is none.
 * With a runtime, runs of another one are none: each has names of its own.
 */
export async function findVolume(
  asked: AskedRun & { readonly runtime?: Plan["runtime"] },
  ports: Ports,
): Promise<string | undefined> {
  if (asked.volume !== undefined) return asked.volume;
  const named: Pointer[] = [];
  for (const pointer of await namedPointers(asked, ports)) {
    const known = asked.runtime && await runtimeBeside(pointer.volume, ports);
    if (known === undefined || known === asked.runtime) named.push(pointer);
  }
  const volumes = [...new Set(named.map(({ volume }) => volume))];
  if (volumes.length > 1) {
    throw new Failure("several-runs", {
      names: named.map(({ container, volume }) => `${container} (${volume})`)
        .join(", "),
    });
  }
  if (volumes[0] !== undefined || asked.container === undefined) {
    return volumes[0];
  }
  return await volumeOfContainer(asked.container, ports);
}

async function volumesOf(asked: AskedRun, ports: Ports) {
  if (asked.volume !== undefined) return [asked.volume];
  return [
    ...new Set((await namedPointers(asked, ports)).map((it) => it.volume)),
  ];
}

/** Whether all runs are meant, or one that is open. */
export async function isForOpenRuns(
  asked: AskedRun,
  ports: Ports,
): Promise<boolean> {
  if ((asked.container ?? asked.volume) === undefined) return true;
  const [only, ...others] = await volumesOf(asked, ports);
  if (only === undefined || others.length > 0) return false;
  return await ports.files.look(journalBeside(only)) !== undefined;
}

export const journalBeside = (volume: string) =>
  join(stateDirectoryOf(volume), "journal.json");

/** The runtimes of the runs that may be meant, as their journals tell it. */
export async function findRuntimes(
  asked: AskedRun,
  ports: Ports,
): Promise<readonly Plan["runtime"][]> {
  const found = new Set<Plan["runtime"]>();
  for (const volume of await volumesOf(asked, ports)) {
    const known = await runtimeBeside(volume, ports);
    if (known !== undefined) found.add(known);
  }
  return [...found];
}

/** Undefined where there is no run, or where its journal cannot be read. */
async function runtimeBeside(
  volume: string,
  ports: Ports,
): Promise<Plan["runtime"] | undefined> {
  const open = journalBeside(volume);
  try {
    const run = await ports.files.look(open) === undefined
      ? await findKept(volume, ports)
      : await readHistory(open, ports, await isPointedAt(volume, ports));
    return run?.plan?.runtime;
  } catch (error) {
    // Whoever opens it to go on says what is wrong with it.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/**
 * A run whose pointer was lost is found by what its container has mounted for
 * its data. What lies beside other mounts is not looked at: who owns a place
 * there could have put a journal into it.
 */
async function volumeOfContainer(name: string, { containers, files }: Ports) {
  const container = await containers.inspect(name);
  if (container === undefined) return undefined;
  const pgdata = container.env["PGDATA"] ?? USUAL_PGDATA;
  const source = dataMountOf(container.mounts, pgdata)?.source;
  if (source === undefined) return undefined;
  const state = await files.look(stateDirectoryOf(source));
  return state === undefined ? undefined : source;
}

/** Of the postgres image before 18, which says its own from then on. */
const USUAL_PGDATA = "/var/lib/postgresql/data";

export interface OpenJournal {
  readonly directory: JournalDirectory;
  readonly journal: Journal;
}

/** An open run that this process may go on with. */
export interface OpenRun extends OpenJournal, RunContext {}

/** The same at this moment, for those who ask what the journal says. */
export const momentOf = (run: OpenRun): Context => ({
  ...run,
  state: run.journal.state,
});

/** What opening a journal takes. */
export interface Opening {
  readonly clock: Clock;
  readonly ports: Pick<Ports, "files">;
  /** This program's version. */
  readonly tool: string;
  /** Said so by the operator: `--trust-parents`. */
  readonly trustParents?: boolean;
}

/**
 * Opens the journal beside a volume without taking its lock.
 *
 * @throws {Failure} "foreign": others than root could have written it;
 * "journal": it is damaged, or newer than this program
 */
export async function openJournal(
  volume: string,
  { clock, ports, tool, trustParents = false }: Opening,
): Promise<OpenJournal> {
  const trust = trustParents || await isPointedAt(volume, ports);
  await requireTrustedState(volume, ports, trust);
  const directory = new JournalDirectory(stateDirectoryOf(volume));
  try {
    const journal = Journal.open(directory, clock, tool);
    if (trust) await requireOwn(volume, journal.state.plan, ports);
    return { directory, journal };
  } catch (error) {
    throw asFailure(error, directory.journalPath, volume);
  }
}

/**
 * Below parents that somebody may change, the directory of another run could
 * have been moved here.
 */
async function requireOwn(
  volume: string,
  plan: Plan | undefined,
  ports: Pick<Ports, "files">,
): Promise<void> {
  if (plan === undefined) return;
  const path = stateDirectoryOf(volume);
  if ((await unsafeParents(path, ports)).length === 0) return;
  const inode = (await ports.files.look(path))?.inode;
  if (plan.state.path === path && plan.state.inode === inode) return;
  throw new Failure("foreign", {
    found: `"${path}" is not the directory that the run "${plan.run}" made`,
    hint:
      `Nothing was touched. Type "ls -lid" on it to see who has moved it there`,
  });
}

/** What cannot be read is told with its place; anything else stays unchanged. */
function asFailure(error: unknown, path: string, volume?: string): unknown {
  if (error instanceof NewerJournalError) {
    return new Failure("journal", {
      reason: `${error.message} ("${path}")`,
      hint: "Use the pgladder that wrote it, or a later one",
    }, { cause: error });
  }
  if (
    error instanceof DamagedJournalError || error instanceof ImpossibleFactError
  ) {
    return new Failure("journal", {
      reason: `${error.message} ("${path}")`,
      hint: volume === undefined
        ? "Nothing was touched. The run was closed before"
        : `Nothing was touched. The old data are in "${volume}" or "${
          backupOf(volume)
        }". Look before you move anything`,
    }, { cause: error });
  }
  return error;
}

/**
 * A closed run's journal, which nobody writes to any more.
 *
 * @throws {Failure} as `openJournal`
 */
export async function readHistory(
  path: string,
  { files }: Ports,
  trust = false,
) {
  await requireTrustedHistory(path, { files }, trust);
  const text = await files.readText(path) ?? "";
  try {
    const { entries } = parseDocument(text);
    const state = fold(entries.map(({ fact }) => fact));
    return { plan: state.plan, state, entries, journal: path };
  } catch (error) {
    throw asFailure(error, path);
  }
}

/** Beside a volume, by their names from the last one on. */
async function* closedRuns(volume: string, ports: Ports) {
  const trust = await isPointedAt(volume, ports);
  const history = join(stateDirectoryOf(volume), "history");
  const runs = (await ports.files.list(history) ?? [])
    .filter((name) => name.endsWith(".json"));
  for (const name of runs.toReversed()) {
    yield await readHistory(join(history, name), ports, trust);
  }
}

/** The last run beside a volume, where it is closed. */
export async function findLast(volume: string, ports: Ports) {
  if (await ports.files.look(journalBeside(volume)) !== undefined) {
    return undefined;
  }
  const { value } = await closedRuns(volume, ports).next();
  return value ?? undefined;
}

/**
 * The closed run whose new data a rollback has kept, or whose removal was
 * interrupted. By their inode: runs are named by a clock that may have been
 * wrong, so the last name need not be it.
 */
export async function findKept(volume: string, ports: Ports) {
  const { files } = ports;
  for await (const { plan, ...run } of closedRuns(volume, ports)) {
    const { closed, steps } = run.state;
    const { inode } = steps.build.evidence;
    if (plan === undefined || closed !== "rolled-back") continue;
    const context = contextOf(plan, ports);
    const { aborted, discard } = context.names;
    for (const kept of [aborted, discard]) {
      const at = plan.volume.within ? join(kept, anchorOf(plan.to)) : kept;
      const found = await files.look(at);
      if (found !== undefined && found.inode === inode) {
        return { ...run, ...context, kept };
      }
    }
  }
  return undefined;
}
