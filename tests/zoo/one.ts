import { join } from "@std/path";
import { Failure } from "../../lib/base/failure.ts";
import type { Facts } from "../../lib/plan/facts/facts.ts";
import type { ContainerJob } from "../../lib/port/containers.ts";
import { type Cluster, clusterOf } from "./generate/cluster.ts";
import { Namespaces } from "./host/containers.ts";
import type { Session } from "./host/psql.ts";
import { exists, type Major, must, openPlace, PLACE } from "./host/roots.ts";
import { serve } from "./host/server.ts";
import { grow } from "./grow.ts";
import { factsOf, type Method, refusals, upgrade } from "./host/upgrade.ts";
import { compare, describe, type Way } from "./oracle/compare.ts";
import { type Held, Oracle } from "./oracle/oracle.ts";

/** One cluster of the zoo on all its ways, and what came of each. */

export type Verdict =
  /** The product took it, and the oracle found all of it again. */
  | "same"
  /** `plan` refused it. */
  | "refused"
  /** The oracle sees a difference, and the product did not. */
  | "lost"
  /** The product stopped, in the downtime. */
  | "stopped";

export interface Outcome {
  readonly seed: number;
  readonly way: Way;
  readonly verdict: Verdict;
  /** Refusals, differences, or the failure. */
  readonly said: readonly string[];
  readonly seconds: number;
}

export interface Options {
  /** Groups that are left out, by "NUMBER" in the cluster's list. */
  readonly without?: readonly number[];
  readonly methods?: readonly Method[];
  readonly to?: readonly Major[];
  readonly keep?: boolean;
  readonly note?: (line: string) => void;
  /** Takes the place of the seed's own cluster, or alters it. */
  readonly change?: (cluster: Cluster) => Cluster;
  /** Harms the new cluster before the oracle looks. */
  readonly plant?: (session: Session) => Promise<void>;
  /** SQL by which the new cluster is harmed before the product itself looks. */
  readonly plantInJob?: { readonly database: string; readonly sql: string };
}

/** @throws {Error} the zoo itself fails: the old server does not start, the oracle cannot read */
export async function runOne(
  seed: number,
  options: Options = {},
): Promise<Outcome[]> {
  await openPlace();
  const place = join(PLACE, `case-${seed}-${Deno.pid}`);
  await must("rm", "-rf", place);
  await Deno.mkdir(place, { recursive: true });
  const containers = new Namespaces(place);
  const { plantInJob } = options;
  if (plantInJob) containers.before = (job) => harm(job.mounts, plantInJob);
  try {
    return await run(seed, place, containers, options);
  } finally {
    await containers.removeAll();
    if (!options.keep) await must("rm", "-rf", place);
  }
}

/** The job's own function, by which it writes down what the new cluster holds, begins with the harm. */
async function harm(
  mounts: ContainerJob["mounts"],
  { database, sql }: { database: string; sql: string },
) {
  const job = mounts.find(({ mountPath }) => mountPath === "/pgladder")?.source;
  const script = join(job ?? "", "new_cluster.sh");
  if (job === undefined || !await exists(script)) return;
  await Deno.writeTextFile(join(job, "harm.sql"), sql);
  const text = await Deno.readTextFile(script);
  const changed = text.replace(
    /^fingerprint_new\(\) \{\n/m,
    (head) =>
      `${head}  PGDATABASE=${database} must psql -XAtq -v ON_ERROR_STOP=1 -f "$JOB/harm.sql"\n`,
  );
  if (changed === text) throw new Error("No place for the harm");
  await Deno.writeTextFile(script, changed);
}

async function run(
  seed: number,
  place: string,
  containers: Namespaces,
  options: Options,
): Promise<Outcome[]> {
  const made = (options.change ?? ((it) => it))(clusterOf(seed));
  const cluster = {
    ...made,
    groups: made.groups.filter((_, index) => !options.without?.includes(index)),
  };
  const note = options.note ?? (() => {});
  const directory = join(place, "old");
  const oracle = new Oracle(containers);
  const server = await grow(containers, cluster, directory, note);
  const ways: Chosen[] = [];
  const facts = new Map<Major, Facts | Failure>();
  for (const way of waysOf(cluster, options)) {
    const { to } = way;
    const found = facts.get(to) ??
      await asked(server, { directory, from: cluster.from, to });
    facts.set(to, found);
    ways.push({ way, ...plannedOf(found, way) });
  }
  // Of a cluster that goes nowhere there is nothing to compare.
  const old = ways.some(({ facts }) => facts !== undefined)
    ? await oracle.look(server, cluster.from, cluster.initdb)
    : undefined;
  await server.stop();
  const outcomes: Outcome[] = [];
  for (const { facts, refused, way } of ways) {
    if (facts === undefined || old === undefined) {
      outcomes.push({
        seed,
        way,
        verdict: "refused",
        said: refused,
        seconds: 0,
      });
      continue;
    }
    const began = performance.now();
    const own = join(place, `${way.method}-${way.to}`);
    const { said, verdict } = await goOneWay(
      { cluster, containers, directory, oracle, old, place: own },
      facts,
      way,
      options.plant,
    );
    const seconds = (performance.now() - began) / 1000;
    outcomes.push({ seed, way, verdict, said, seconds });
    if (!options.keep) await must("rm", "-rf", own);
  }
  return outcomes;
}

interface Chosen {
  readonly way: Way & { to: Major };
  /** Undefined where it is refused. */
  readonly facts?: Facts;
  readonly refused: readonly string[];
}

function plannedOf(
  facts: Facts | Failure,
  { method, to }: Way & { to: Major },
): Pick<Chosen, "facts" | "refused"> {
  if (facts instanceof Failure) return { refused: [facts.message] };
  const refused = refusals(facts, method, to);
  return refused.length > 0 ? { refused } : { facts, refused };
}

/** The old cluster's copy on its way, and what the oracle says of the end. */
async function goOneWay(
  { cluster, containers, directory, old, oracle, place }: {
    cluster: Cluster;
    containers: Namespaces;
    directory: string;
    old: Held;
    oracle: Oracle;
    place: string;
  },
  facts: Facts,
  way: Way & { to: Major },
  plant?: (session: Session) => Promise<void>,
): Promise<Pick<Outcome, "verdict" | "said">> {
  const done = await upgrade(containers, facts, {
    directory,
    method: way.method,
    to: way.to,
    verify: "checksums",
    place,
  });
  if (done.error !== undefined) {
    return { verdict: "stopped", said: await wholeOf(done.error) };
  }
  const { unexplained } = await withNew(
    containers,
    cluster,
    way,
    done.directory,
    async (session) => {
      await plant?.(session);
      const next = await oracle.look(session, way.to, cluster.initdb);
      return await compare(old, next, way, session);
    },
  );
  return unexplained.length === 0
    ? { verdict: "same", said: [] }
    : { verdict: "lost", said: unexplained.map(describe) };
}

/** The failure, and all differences that it does not name itself. */
async function wholeOf(error: string): Promise<string[]> {
  const report = /\(all of them: (.*)\)$/.exec(error)?.[1];
  if (report === undefined) return [error];
  const all: { object: string; old?: string; new?: string }[] = JSON.parse(
    await Deno.readTextFile(report),
  );
  return all.map((it) =>
    `${it.object}: was ${it.old ?? "not there"}, is ${it.new ?? "not there"}`
  );
}

/** A cluster that cannot be asked is refused, too. */
async function asked(
  server: Session,
  way: { directory: string; from: Major; to: Major },
): Promise<Facts | Failure> {
  try {
    return await factsOf(server, way);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function waysOf({ from, seed }: Cluster, options: Options) {
  const targets = ([17, 18] as const).filter((to) => to > from);
  // Every other seed goes to one of two.
  const to = options.to ?? [targets[seed % targets.length] ?? 18];
  const methods = options.methods ?? ["dump", "pg_upgrade"] as const;
  return to.flatMap((to) => methods.map((method) => ({ from, to, method })));
}

/** The new cluster, served as the old one was. */
async function withNew<T>(
  containers: Namespaces,
  { commandLine, environment, initdb }: Cluster,
  { to }: { to: Major },
  directory: string,
  look: (session: Session) => Promise<T>,
): Promise<T> {
  const server = await serve(containers, to, directory, {
    name: "new",
    superuser: initdb.superuser,
    settings: commandLine,
    env: environment,
  });
  try {
    return await look(server);
  } finally {
    await server.stop();
  }
}
