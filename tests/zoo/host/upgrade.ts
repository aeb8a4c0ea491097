import { join } from "@std/path";
import { EMPTY, type State, type StepState } from "../../../journal/fold.ts";
import type { Plan } from "../../../journal/plan.ts";
import type { StepId } from "../../../journal/step_id.ts";
import { ClusterFiles } from "../../../lib/adapter/clusters.ts";
import { Disk } from "../../../lib/adapter/disk.ts";
import { runChecks } from "../../../lib/plan/check/checks.ts";
import type { Facts } from "../../../lib/plan/facts/facts.ts";
import {
  askContents,
  contentsIn,
} from "../../../lib/plan/facts/image_contents.ts";
import { askDatabases, askServer } from "../../../lib/plan/facts/server.ts";
import { makePlan } from "../../../lib/plan/make_plan.ts";
import type { ContainerJob } from "../../../lib/port/containers.ts";
import type { Ports } from "../../../lib/port/ports.ts";
import { initialiseAhead } from "../../../lib/upgrade/method/initdb_ahead.ts";
import { build } from "../../../lib/upgrade/step/build.ts";
import { dump } from "../../../lib/upgrade/step/dump.ts";
import {
  sampleFacts,
  sampleMount,
  sampleSettings,
} from "../../sample/found.ts";
import { portsOf } from "../../sample/ports.ts";
import type { Namespaces } from "./containers.ts";
import type { Session } from "./psql.ts";
import {
  exists,
  imageOf,
  type Major,
  must,
  PLACE,
  versionOf,
} from "./roots.ts";
import { sleep } from "./server.ts";
import { contextOf, type RunContext } from "../../../lib/run/context.ts";

/** The product's own plan and its steps `dump` and `build`, on a cluster of the zoo. */

export type Method = "dump" | "pg_upgrade";

/** The outside world: real files and clusters, and containers without a runtime. */
export function portsFor(containers: Namespaces): Ports {
  return portsOf({
    files: new Disk(),
    clusters: new ClusterFiles(),
    containers: {
      run: (job: ContainerJob) => containers.run(job),
      remove: (name: string) => containers.remove(name),
      named: () => Promise.resolve(containers.names()),
      exec: (name, command) => containers.exec(name, command),
      inspect: (name: string) =>
        Promise.resolve(
          containers.isRunning(name)
            ? { ...sampleFacts().container, name, running: true }
            : undefined,
        ),
    },
    host: {
      now: () => ({
        at: new Date().toISOString(),
        boot: "zoo",
        ms: performance.now(),
      }),
      sleep: () => sleep(20),
      stopAsked: undefined,
      say: () => {},
    },
  });
}

const imageFacts = (major: Major) => {
  const version = versionOf(major);
  const { inner, pgdata } = imageOf(major, version);
  return {
    reference: `postgres:${major}`,
    id: String(major).repeat(32),
    digest: "",
    version,
    major,
    pgdata,
    inner,
    cluster: pgdata.slice(inner.length + 1),
    uid: 999,
    gid: 999,
  };
};

/** What a plan rests on, asked as `plan` asks it while the old server runs. */
export async function factsOf(
  session: Session,
  { directory, from, to }: { directory: string; from: Major; to: Major },
): Promise<Facts> {
  const ports = portsFor(session.containers);
  const container = {
    ...sampleFacts().container,
    name: session.container,
    env: { POSTGRES_USER: session.superuser },
  };
  const server = await askServer(container, ports);
  const databases = await askDatabases(container, server, ports);
  const { script, words } = askContents(server);
  const contents = await contentsOf(session.containers, to, script, words);
  return sampleFacts({
    container,
    server,
    databases,
    contents: contentsIn(contents),
    from: imageFacts(from),
    to: imageFacts(to),
    mount: { ...sampleMount(), source: directory },
    volume: directory,
    volumeFile: await ports.files.look(directory),
    canClone: false,
    bytes: 1,
    libcs: { from: "glibc 2.31", to: "glibc 2.41" },
  });
}

/** A throw-away container of the new image answers, once for each question. */
async function contentsOf(
  containers: Namespaces,
  to: Major,
  script: string,
  words: readonly string[],
) {
  const name = `probe-${to}`;
  containers.name(`postgres:${to}`, to);
  await containers.run({
    name,
    image: `postgres:${to}`,
    program: "sleep",
    args: ["1000"],
    env: {},
    mounts: [],
  });
  // The first process has yet to become the one that sleeps.
  for (let turn = 0; turn < 100; turn++) {
    const { code } = await containers.exec(name, [
      ...["test", "-e", "/docker-entrypoint-initdb.d"],
    ]);
    if (code === 0) break;
    await sleep(10);
  }
  const { stdout } = await containers.exec(name, [
    ...["bash", "-c", script, "pgladder"],
    ...words,
  ]);
  await containers.remove(name);
  return stdout;
}

const settingsFor = (method: Method, to: Major, verify: Plan["verify"]) =>
  sampleSettings({ method, to: String(to), verify, jobs: 2 });

/** Checks that look at the host, of which the zoo has none. */
const OF_THE_HOST = [
  ...["architecture", "container", "unit", "volume", "exchange", "leftovers"],
  ...["space", "memory", "writers", "switch", "rehearsal", "configuration"],
];

/** What `plan` refuses, and why; nothing where the upgrade may begin. */
export function refusals(facts: Facts, method: Method, to: Major): string[] {
  return runChecks(facts, settingsFor(method, to, "checksums"))
    .filter(({ level, name }) =>
      level === "refuse" && !OF_THE_HOST.includes(name)
    )
    .map(({ found, name }) => `${name}: ${found}`);
}

export interface Upgraded {
  /** Undefined where all went well. */
  readonly error?: string;
  /** The new cluster's mount, ready to be served. */
  readonly directory: string;
  readonly plan: Plan;
  readonly seconds: number;
}

const begun = (attempt: number): StepState => ({
  status: "started",
  attempt,
  evidence: {},
  message: "",
});

/**
 * Runs the product's steps on a copy of the old cluster.
 *
 * @param tamper what happens to the new fingerprint's cluster, for planted losses
 */
export async function upgrade(
  containers: Namespaces,
  facts: Facts,
  how: {
    directory: string;
    method: Method;
    to: Major;
    verify: Plan["verify"];
    place: string;
  },
): Promise<Upgraded> {
  const ports = portsFor(containers);
  await Deno.mkdir(how.place, { recursive: true });
  const volume = join(how.place, "db");
  const settings = settingsFor(how.method, how.to, how.verify);
  const identity = {
    run: "20260102-030405-a1b2",
    tool: "0.1.0",
    host: "zoo",
    asked: ["upgrade"],
    runtime: "podman" as const,
    program: "/usr/bin/podman",
  };
  const plan = makePlan({ ...facts, volume }, settings, identity);
  const run = contextOf(plan, ports);
  const { names } = run;
  containers.name(names.tag("from"), plan.from.major as Major);
  containers.name(names.tag("to"), plan.to.major as Major);
  await Deno.mkdir(plan.state.path, { recursive: true });
  // What stands at the volume's place meanwhile, and has its attributes.
  await Deno.mkdir(volume);
  await must("cp", "-a", how.directory, names.backup);
  const began = performance.now();
  const done = (error?: string): Upgraded => ({
    ...(error === undefined ? {} : { error }),
    directory: names.staging,
    plan,
    seconds: (performance.now() - began) / 1000,
  });
  try {
    await initialised(run);
    const steps: Partial<Record<StepId, StepState>> = {};
    const state = (): State => ({
      ...EMPTY,
      plan,
      steps: { ...EMPTY.steps, ...steps },
    });
    for (
      const step of how.method === "dump"
        ? [dump(run), build(run)]
        : [build(run)]
    ) {
      steps[step.id] = begun(1);
      const context = { ...run, state: state() };
      await step.apply(context);
      await step.finish?.(context);
      steps[step.id] = { ...begun(1), status: "done" };
    }
    return done();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return done(error.message);
  }
}

/** As `prepare` leaves it, made once for all clusters of the kind. */
async function initialised(run: RunContext) {
  const { names, plan } = run;
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(
      `${plan.to.major} ${plan.superuser} ${plan.initdbArgs}`,
    ),
  );
  const key = [...new Uint8Array(digest)].slice(0, 8).map((byte) =>
    byte.toString(16).padStart(2, "0")
  ).join("");
  const kept = join(PLACE, "initialised", key);
  if (!await exists(kept)) {
    await Deno.mkdir(join(PLACE, "initialised"), { recursive: true });
    await initialiseAhead(run, 1);
    await must("cp", "-a", names.initialised, `${kept}.${Deno.pid}`);
    await must("mv", "-T", `${kept}.${Deno.pid}`, kept).catch(() => {});
    return;
  }
  await must("cp", "-a", kept, names.initialised);
}
