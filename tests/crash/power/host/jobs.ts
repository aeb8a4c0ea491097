import {
  copyTree,
  damageOf,
  initialise,
  load,
  open,
  rowsOf,
  shutDown,
  sumsOf,
} from "./cluster.ts";
import { namesIn, put, textAt } from "./disk.ts";
import { isOfTheHost } from "../../../../lib/adapter/host_error.ts";
import { syncFileSystem } from "../tap.ts";
import type { Host } from "./host.ts";
import {
  dataIn,
  fingerprint,
  finish,
  GLOBALS,
  type Outcome,
  type Phase,
  required,
  scriptOf,
  type Work,
} from "./job.ts";
import { dataOf, placeOfMount } from "./server.ts";
import type { ContainerState } from "./state.ts";

/**
 * The jobs at the level of their contract, one phase a tick: what they read,
 * what they leave, in which order, and that it is synced before the result.
 */

const SCRIPTS: Readonly<Record<string, readonly Phase[]>> = {
  "dump_server": [clone, serveDump, awaitFinish],
  "dump_worker": [awaitReady, writeDump, writeFingerprint, awaitServer],
  build: [initialiseNew, loadNew, finishNew],
  "pg_upgrade": [cloneOld, readOld, initialiseNew, takeFiles, finishNew],
  initialise: [initialiseNew, finishSynced],
  mend: [startMend, stopMend],
};

export function stepJob(host: Host, container: ContainerState): void {
  const job = placeOfMount(container, "/pgladder");
  const script = scriptOf(container) ?? "";
  const phase = SCRIPTS[script]?.[container.phase];
  if (
    job === undefined || phase === undefined ||
    textAt(`${job}/${script}.sh`) === undefined
  ) {
    container.running = false;
    return;
  }
  let outcome: Outcome;
  try {
    outcome = phase({ host, container, job });
  } catch (error) {
    // On a full disk it dies, and has no room for a word about it.
    if (!isOfTheHost(error)) throw error;
    outcome = "end";
  }
  if (outcome === "next") container.phase += 1;
  if (outcome === "end") container.running = false;
}

function clone(work: Work): Outcome {
  const { container } = work;
  if (container.env["PGLADDER_CLONE"] !== "1") return "next";
  const old = required(
    placeOfMount(container, "/pgladder-old"),
    "the old data",
  );
  const mount = container.env["PGLADDER_MOUNT"] ?? "";
  copyTree(old, required(placeOfMount(container, mount), "its mount"));
  return "next";
}

function serveDump(work: Work): Outcome {
  const data = dataIn(work);
  work.host.requireAlone(data, work.container);
  open(data);
  keepConfiguration(work, data);
  put(`${work.job}/ready`, "", { durable: false });
  return "next";
}

function awaitFinish(work: Work): Outcome {
  if (textAt(`${work.job}/finish`) === undefined) return "wait";
  shutDown(dataIn(work));
  return finishSynced(work);
}

function awaitReady({ job }: Work): Outcome {
  return textAt(`${job}/ready`) === undefined ? "wait" : "next";
}

/** Of the server that shares the job's directory. */
function servedRows({ host, job }: Work): number[] {
  const server = host.state.containers.find((it) =>
    it.running && scriptOf(it) === "dump_server" &&
    placeOfMount(it, "/pgladder") === job
  );
  return rowsOf(required(server && dataOf(server), "its server"));
}

function writeDump(work: Work): Outcome {
  const dump = required(placeOfMount(work.container, "/dump"), "its place");
  const lines = servedRows(work).map((row) => `${row}\n`).join("");
  Deno.mkdirSync(`${dump}/db-16384`);
  put(`${dump}/databases`, "16384 100 - cG9zdGdyZXM=\n", { durable: false });
  put(`${dump}/globals.sql`, GLOBALS, { durable: false });
  put(`${dump}/db-16384/1.dat`, lines, { durable: false });
  put(`${dump}/db-16384/toc.dat`, "table of contents", { durable: false });
  return "next";
}

function writeFingerprint(work: Work): Outcome {
  const { container, host, job } = work;
  const dump = required(placeOfMount(container, "/dump"), "its place");
  fingerprint(`${dump}/fingerprint`, servedRows(work));
  const { PGLADDER_ATTEMPT: attempt } = container.env;
  host.state.products[`dump ${attempt}`] = sumsOf(dump);
  syncFileSystem(dump);
  put(`${job}/finish`, "", { durable: false });
  return "next";
}

function awaitServer(work: Work): Outcome {
  const done = textAt(`${work.job}/dump_server.result.json`) !== undefined;
  return done ? finish(work) : "wait";
}

/** What was initialised ahead is taken unchanged, while it is whole and empty. */
function initialiseNew(work: Work): Outcome {
  const data = dataIn(work);
  if (namesIn(data).length > 0) {
    if (damageOf(data) === undefined && rowsOf(data).length === 0) {
      return "next";
    }
    throw new Error("A build's place is not empty");
  }
  Deno.mkdirSync(data, { recursive: true });
  initialise(data, {
    major: work.container.version,
    system: work.host.newSystem(),
    durable: false,
  });
  work.host.requireAlone(data, work.container);
  return "next";
}

/** The cluster is on the disk before anything says so. */
function finishSynced(work: Work): Outcome {
  const data = dataIn(work);
  syncFileSystem(data);
  return finish(work, data);
}

function loadNew(work: Work): Outcome {
  const dump = required(placeOfMount(work.container, "/dump"), "the dump");
  const rows = (textAt(`${dump}/db-16384/1.dat`) ?? "").split("\n")
    .filter(Boolean).map(Number);
  load(dataIn(work), rows);
  fingerprint(`${work.job}/fingerprint`, rows);
  return "next";
}

function finishNew(work: Work): Outcome {
  const data = dataIn(work);
  const { env } = work.container;
  for (const name of namesIn(`${work.job}/conf`)) {
    put(`${data}/${name}`, textAt(`${work.job}/conf/${name}`) ?? "", {
      durable: false,
    });
  }
  open(data);
  shutDown(data);
  const mount = required(
    placeOfMount(work.container, env["PGLADDER_MOUNT"] ?? ""),
    "its mount",
  );
  if (env["PGLADDER_TOMBSTONE"] !== undefined) {
    const place = `${mount}/${env["PGLADDER_TOMBSTONE"]}`;
    Deno.mkdirSync(place, { recursive: true });
    put(`${place}/PG_VERSION`, `${env["PGLADDER_TOMBSTONE_TEXT"]}\n`, {
      durable: false,
    });
  }
  work.host.state.products[`build ${env["PGLADDER_ATTEMPT"]}`] = sumsOf(mount);
  syncFileSystem(mount);
  return finish(work, data);
}

/** By pg_upgrade: the old cluster is only read. */
function cloneOld(work: Work): Outcome {
  const old = required(
    placeOfMount(work.container, "/pgladder-old"),
    "the old data",
  );
  copyTree(old, `${workIn(work)}/old`);
  const data = cloneIn(work);
  open(data);
  keepConfiguration(work, data);
  return "next";
}

const workIn = ({ container }: Work) =>
  required(placeOfMount(container, "/pgladder-work"), "its place");

const cloneIn = (work: Work) =>
  `${workIn(work)}/old/${work.container.env["PGLADDER_OLD_CLUSTER"] ?? ""}`;

function readOld(work: Work): Outcome {
  const data = cloneIn(work);
  fingerprint(`${work.job}/fingerprint-old`, rowsOf(data));
  shutDown(data);
  return "next";
}

/** The clone's files become the new cluster's. */
function takeFiles(work: Work): Outcome {
  const rows = rowsOf(cloneIn(work));
  load(dataIn(work), rows);
  fingerprint(`${work.job}/fingerprint`, rows);
  Deno.removeSync(`${workIn(work)}/old`, { recursive: true });
  return "next";
}

function keepConfiguration({ job }: Work, data: string) {
  Deno.mkdirSync(`${job}/conf`, { recursive: true });
  for (const name of ["postgresql.conf", "pg_hba.conf"]) {
    put(`${job}/conf/${name}`, textAt(`${data}/${name}`) ?? "", {
      durable: false,
    });
  }
}

function startMend(work: Work): Outcome {
  const data = dataIn(work);
  work.host.requireAlone(data, work.container);
  open(data);
  return "next";
}

function stopMend(work: Work): Outcome {
  shutDown(dataIn(work));
  return finishSynced(work);
}
