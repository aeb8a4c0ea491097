import { join } from "@std/path";
import { Failure } from "../../lib/base/failure.ts";
import type { Facts } from "../../lib/plan/facts/facts.ts";
import { type Cluster, clusterOf } from "./generate/cluster.ts";
import { Namespaces } from "./host/containers.ts";
import { ask, type Session } from "./host/psql.ts";
import {
  imageOf,
  type Major,
  must,
  openPlace,
  PLACE,
  versionOf,
} from "./host/roots.ts";
import { pristine, serve } from "./host/server.ts";
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
  try {
    return await run(seed, place, containers, options);
  } finally {
    await containers.removeAll();
    if (!options.keep) await must("rm", "-rf", place);
  }
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
  const ways = waysOf(cluster, options);
  const facts = new Map<Major, Facts | Failure>();
  for (const to of new Set(ways.map(({ to }) => to))) {
    facts.set(to, await asked(server, { directory, from: cluster.from, to }));
  }
  const old = await oracle.look(server, cluster.from, cluster.initdb);
  await server.stop();
  const outcomes: Outcome[] = [];
  for (const way of ways) {
    const found = facts.get(way.to);
    if (found === undefined) throw new Error("No facts");
    const began = performance.now();
    const own = join(place, `${way.method}-${way.to}`);
    const { said, verdict } = await goOneWay(
      { cluster, containers, directory, oracle, old, place: own },
      found,
      way,
      options.plant,
    );
    const seconds = (performance.now() - began) / 1000;
    outcomes.push({ seed, way, verdict, said, seconds });
    if (!options.keep) await must("rm", "-rf", own);
  }
  return outcomes;
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
  facts: Facts | Failure,
  way: Way & { to: Major },
  plant?: (session: Session) => Promise<void>,
): Promise<Pick<Outcome, "verdict" | "said">> {
  if (facts instanceof Failure) {
    return { verdict: "refused", said: [facts.message] };
  }
  const refused = refusals(facts, way.method, way.to);
  if (refused.length > 0) return { verdict: "refused", said: refused };
  const done = await upgrade(containers, facts, {
    directory,
    method: way.method,
    to: way.to,
    verify: "checksums",
    place,
  });
  if (done.error !== undefined) {
    return { verdict: "stopped", said: [done.error] };
  }
  const { unexplained } = await withNew(
    containers,
    cluster,
    way,
    done.directory,
    async (session) => {
      await plant?.(session);
      const args = initdbArgsOf(cluster, way.to);
      const next = await oracle.look(session, way.to, args);
      return await compare(old, next, way, session);
    },
  );
  return unexplained.length === 0
    ? { verdict: "same", said: [] }
    : { verdict: "lost", said: unexplained.map(describe) };
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

/** A pristine cluster of the new version, made as the product makes it, is the new one's baseline. */
function initdbArgsOf({ initdb }: Cluster, to: Major) {
  const checksums = initdb.args.includes("--data-checksums");
  return {
    ...initdb,
    args: [
      ...initdb.args,
      ...(to >= 18 && !checksums ? ["--no-data-checksums"] : []),
    ],
  };
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

/** The old cluster, made and filled, and its server at work. */
async function grow(
  containers: Namespaces,
  cluster: Cluster,
  directory: string,
  note: (line: string) => void,
): Promise<Session & { stop(): Promise<void> }> {
  const { from, initdb } = cluster;
  await must("cp", "-a", await pristine(containers, from, initdb), directory);
  const { inner, pgdata } = imageOf(from, versionOf(from));
  const data = `${directory}${pgdata.slice(inner.length)}`;
  // Filled under plain settings: the operator's come with a second start.
  const filling = await serve(containers, from, directory, {
    name: "filling",
    superuser: initdb.superuser,
    settings: ["max_prepared_transactions=10", "fsync=off"],
  });
  for (const { database, name, sql } of cluster.groups) {
    const { errors } = await ask(filling, database, sql, {
      stop: false,
      encoding: "UTF8",
    });
    if (errors !== "") note(`${name}: ${errors.trim()}`);
  }
  await filling.stop();
  await Deno.mkdir(join(data, "conf.d"));
  await Deno.writeTextFile(
    join(data, "conf.d/own.conf"),
    "random_page_cost = 1.5\n",
  );
  await must("chown", "-R", "999:999", join(data, "conf.d"));
  const plain = await Deno.readTextFile(join(data, "postgresql.conf"));
  await Deno.writeTextFile(
    join(data, "postgresql.conf"),
    `\n${cluster.configuration.join("\n")}\n`,
    { append: true },
  );
  const prepared = cluster.groups.some(({ name }) =>
    name === "prepared transaction"
  );
  const service = () =>
    serve(containers, from, directory, {
      name: "service",
      superuser: initdb.superuser,
      settings: [
        ...cluster.commandLine,
        ...(prepared ? ["max_prepared_transactions=10"] : []),
      ],
      env: cluster.environment,
    });
  try {
    return await service();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Lines of chance may not fit each other: nobody's server runs with them.
    note(`without its configuration: ${error.message.slice(0, 500)}`);
    await containers.remove("service");
    await Deno.writeTextFile(join(data, "postgresql.conf"), plain);
    return await service();
  }
}
