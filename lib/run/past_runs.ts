import { join } from "@std/path";
import type { Entry } from "../../journal/fact.ts";
import type { Plan } from "../../journal/plan.ts";
import { Failure } from "../base/failure.ts";
import type { Ports } from "../port/ports.ts";
import { stateDirectoryOf } from "./paths.ts";
import { readHistory } from "./registry.ts";

/**
 * System identifiers of the clusters that committed runs have upgraded into
 * these volumes: what still lies somewhere of them is an old copy.
 */
export async function upgradedInto(
  volumes: readonly string[],
  ports: Ports,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const volume of volumes) {
    for (const { plan, state } of await pastRuns(volume, ports)) {
      if (plan !== undefined && state.closed === "committed") {
        found.add(plan.systemIdentifier);
      }
    }
  }
  return found;
}

/** Why a run ended by itself: its old cluster has answered, or could not. */
export interface Refusal {
  /** A phrase. */
  readonly reason: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** Of the cluster. */
  readonly system: string;
}

/** As "refused" is worded in `failure.ts`, and kept in the journal. */
const REFUSED = /^Cannot upgrade these data \(found in the step "\w+"\): (.+)/s;

/** What the last run beside a volume ended by, if that was a refusal of its data. */
export async function lastRefusal(
  volume: string,
  ports: Ports,
): Promise<Refusal | undefined> {
  const last = (await pastRuns(volume, ports)).at(-1);
  const system = last?.plan?.systemIdentifier;
  if (last?.plan === undefined || system === undefined) return undefined;
  const entries = last.entries.toReversed();
  const turned = entries.findIndex(({ fact }) =>
    fact.type === "run-turned-back"
  );
  const back = entries[turned];
  if (back?.fact.type !== "run-turned-back") return undefined;
  const reason = REFUSED.exec(back.fact.reason)?.[1] ??
    notServed(last.plan, entries.slice(turned));
  return reason === undefined
    ? undefined
    : { at: Date.parse(back.at) / 1000, reason, system };
}

/** When a run last had a server at work on that very cluster, in seconds since 1970. */
export async function lastWorkOn(
  { system, volume }: { readonly system: string; readonly volume: string },
  ports: Ports,
): Promise<number | undefined> {
  const last = (await pastRuns(volume, ports)).flatMap(({ entries, plan }) =>
    plan?.systemIdentifier === system
      ? entries.filter(({ fact }) => isAtWork(fact, plan))
      : []
  ).at(-1);
  return last && Date.parse(last.at) / 1000;
}

/** The old server is asked in a clone, where the file system makes one. */
const isAtWork = (fact: Entry["fact"], { method, volume }: Plan) =>
  fact.type === "step-started" &&
  (fact.step === "ask" && !volume.reflink ||
    fact.step === "start" && method === "minor");

/**
 * Where the version of the data was to serve them again, it has told why it
 * does not, and somebody went back. The newest of the entries comes first.
 */
function notServed(
  { method, to, unserved }: Plan,
  entries: readonly Entry[],
): string | undefined {
  if (method !== "minor" || unserved === undefined) return undefined;
  const start = entries.find(({ fact }) =>
    (fact.type === "step-done" || fact.type === "step-failed") &&
    fact.step === "start"
  )?.fact;
  const said = start?.type === "step-failed"
    ? /\b(?:FATAL|PANIC): .*(?=\): see ")/s.exec(start.message)?.[0]
    : undefined;
  return said && `${to.version} cannot serve them: ${said}`;
}

/** Of the last run beside a volume; undefined where there was none. */
export async function lastRuntime(
  volume: string,
  ports: Ports,
): Promise<Plan["runtime"] | undefined> {
  return (await lastPlan(volume, ports))?.runtime;
}

/** What the last run beside a volume was about. */
export async function lastPlan(
  volume: string,
  ports: Ports,
): Promise<Plan | undefined> {
  return (await pastRuns(volume, ports)).at(-1)?.plan;
}

/** By their names, which say when they began; without those that nobody can trust or read. */
async function pastRuns(volume: string, ports: Ports) {
  const history = join(stateDirectoryOf(volume), "history");
  const runs = [];
  for (const name of await ports.files.list(history) ?? []) {
    if (!name.endsWith(".json")) continue;
    try {
      runs.push(await readHistory(join(history, name), ports));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return runs;
}
