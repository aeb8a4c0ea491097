import { join } from "@std/path";
import type { Image, Plan } from "../../../journal/plan.ts";
import type { RunContext } from "../../run/context.ts";
import { requireNobody, serversIn } from "./in_use.ts";
import { StoppedError } from "../../job/control.ts";
import { requireUnshared } from "./unshared.ts";
import { type ServiceState, supervisorOf } from "./supervisor.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { psqlIn } from "../../job/psql.ts";
import { WaitingError } from "../contract.ts";
import { bytes } from "../../base/format.ts";
import { quoted } from "../../base/shell.ts";
import { linesThatMake } from "./container_record.ts";
import { remakeWords } from "../../configuration/compose/labels.ts";

/** The database's service: stopped and blocked, or running and serving. */

const POLL_MS = 100;
/** A server in crash recovery may take long to answer. */
const SERVE_TIMEOUT_MS = 10 * 60 * 1000;
const GONE_TIMEOUT_MS = 60 * 1000;
/** For the checkpoint of a stop, and the segment of WAL that it may begin. */
const STOP_BYTES = 32 * 1024 * 1024;

/**
 * A server that cannot write its checkpoint crashes over it, and one that is
 * stopped in the recovery from that was seen to hang (15.18).
 *
 * @throws {Error} the volume's disk is too full for a clean stop
 */
export async function requireRoomToStop(
  { plan, ports: { files } }: RunContext,
) {
  const { freeBytes, mount } = await files.fileSystem(plan.volume.path);
  if (freeBytes >= STOP_BYTES) return;
  throw new Error(
    `Only ${
      bytes(freeBytes)
    } are free at "${mount}", too little for the database to stop cleanly: make room there`,
  );
}

/** Blocks the service's start, stops it, and waits until nothing of it is left. */
export async function closeUnit(context: RunContext) {
  const { plan, ports } = context;
  const { containers, host } = ports;
  const supervisor = supervisorOf(context);
  if (!(await supervisor.look()).blocked) await supervisor.blockStart();
  // Blocked first and stopped whatever its state: systemd asks an assert only of
  // a unit that leaves the inactive state, not of one about to restart.
  await supervisor.stop();
  // By the clock: on a busy host each look takes longer than the pause after it.
  const begun = host.now().ms;
  while (!await isQuiet(context)) {
    if (host.now().ms - begun > GONE_TIMEOUT_MS) {
      const container = await containers.inspect(plan.container);
      throw new Error(
        `${plan.unit} is stopped, but ${
          container?.running
            ? `the container "${plan.container}" runs on`
            : "it does not become inactive"
        }`,
      );
    }
    await host.sleep(POLL_MS);
  }
}

/**
 * Unblocks the start and starts the service, until it serves what the image expects.
 *
 * @throws {Error} somebody started a server there past the service
 * @throws {WaitingError} it starts something else, which nobody could read before
 */
export async function openUnit(context: RunContext, image: Image) {
  const { plan, ports } = context;
  const { containers, host } = ports;
  const supervisor = supervisorOf(context);
  const container = await containers.inspect(plan.container);
  await requireMade(context, image);
  // A boot may have started the unit before its configuration was changed.
  if (container?.running && container.imageId !== image.id) {
    await closeUnit(context);
  }
  const { free, stopped } = await supervisor.look();
  if (stopped && !container?.running) {
    await requireNobody(context, plan.volume.path);
    if (image.id === plan.to.id) await requireUnshared(context);
  }
  if (!free) await supervisor.unblockStart();
  await supervisor.start();
  const begun = host.now().ms;
  let seen = await serving(context, image);
  for (let waited = 0; seen !== undefined; waited += POLL_MS) {
    if (host.now().ms - begun > SERVE_TIMEOUT_MS) throw new Error(seen);
    if (host.stopAsked) throw new StoppedError(host.stopAsked);
    await refuseOther(context, image);
    const failed = await supervisor.failed(waited);
    if (failed !== undefined) {
      throw plan.unread ? otherwise(plan, image, failed) : new Error(failed);
    }
    await host.sleep(POLL_MS);
    seen = await serving(context, image);
  }
}

/**
 * What nobody could read before may serve something empty by now.
 *
 * @throws {WaitingError} another image or mount runs; it is stopped
 */
async function refuseOther(context: RunContext, image: Image) {
  const { plan, ports } = context;
  if (!plan.unread) return;
  const container = await ports.containers.inspect(plan.container);
  const other = container?.running
    ? await otherThan(plan, ports, { container, image })
    : undefined;
  if (other === undefined) return;
  // Of a process that has ended meanwhile nothing could be seen.
  const now = await ports.containers.inspect(plan.container);
  if (!now?.running || now.pid !== container?.pid) return;
  await closeUnit(context);
  throw otherwise(plan, image, `${other}, and is stopped again`);
}

/** Whoever changed its configuration was believed, or the change was lost. */
function otherwise({ unit }: Plan, { inner, reference }: Image, seen: string) {
  return new WaitingError(
    `${seen}. See what ${unit} runs, and make it name ${reference} with the volume at ${inner} again`,
  );
}

/** @throws {WaitingError} no unit makes the container again, and it is gone */
export async function requireMade(context: RunContext, image: Image) {
  const { plan, ports: { containers } } = context;
  if (plan.restart === undefined) return;
  if (await containers.inspect(plan.container) !== undefined) return;
  throw new WaitingError(await lost(context, image));
}

/** A prune has taken it, stopped as it was. */
async function lost(context: RunContext, image: Image): Promise<string> {
  const { names, plan } = context;
  const { inner, reference } = image;
  if (plan.maker !== undefined) {
    const { service, tool } = plan.maker;
    const program = tool === "podman-compose" ? tool : plan.runtime;
    const words = remakeWords(plan.maker, program, plan.maker.along ?? []).map(
      quoted,
    ).join(" ");
    return `There is no container "${plan.container}" any more: have the service ${service} name ${reference} with the volume at ${inner}, and type "${words}"`;
  }
  const made = await linesThatMake(context, image);
  return [
    `There is no container "${plan.container}" any more: make it again of ${reference} with the volume at ${inner}, as "${names.described}" describes it`,
    ...made?.(undefined) ?? [],
  ].join("\n  ");
}

/** What whoever starts the service knows of it. */
export function serviceState(context: RunContext): Promise<ServiceState> {
  return supervisorOf(context).look();
}

/** The service is as it was: nothing blocks its start, and it serves. */
export async function isOpen(context: RunContext, image: Image) {
  const { free, up } = await serviceState(context);
  return free && up && await serving(context, image) === undefined;
}

/** The service is stopped, and no process of its container lives. */
export async function isQuiet(context: RunContext) {
  const { plan, ports } = context;
  if (!(await serviceState(context)).stopped) return false;
  return !(await ports.containers.inspect(plan.container))?.running;
}

/**
 * Undefined when the container serves the volume that stands at its path with
 * this image; else one phrase that says what is missing. It asks over TCP:
 * the temporary server of an initialisation never listens there. Asking costs a
 * process in the container, so where its own file says that it takes
 * connections, that can be enough, and one that has answered before is only
 * looked at.
 */
export async function serving(
  context: RunContext,
  image: Image,
  { ask }: { ask: "nobody" | "its file first" | "it" } = { ask: "it" },
): Promise<string | undefined> {
  const { plan, ports: { clusters, containers, files } } = context;
  const container = await containers.inspect(plan.container);
  if (!container?.running) return `"${plan.container}" does not run`;
  const other = await otherThan(plan, { files }, { container, image });
  if (other !== undefined) return other;
  // Not any server: the one that works in the very cluster's directory.
  const cluster = join(plan.volume.path, image.cluster);
  if ((await serversIn(context, cluster)).length === 0) {
    return `no server in "${plan.container}" works in "${cluster}"`;
  }
  if (ask === "nobody") return undefined;
  const says = (await clusters.look(cluster))?.server ?? "";
  if (says === "ready" && ask === "its file first") return undefined;
  // It is not asked in vain: before version 10 it says nothing of itself.
  if (!["ready", ""].includes(says)) return silent(plan);
  // Without a name it asks for that of its own user, who may have none.
  const ready = await containers.exec(plan.container, [
    "pg_isready",
    "-q",
    "-h",
    "127.0.0.1",
    `--username=${plan.superuser}`,
  ]);
  return ready.code === 0 ? undefined : silent(plan);
}

/** A phrase: it is not of that image, or has not mounted the volume there. */
async function otherThan(
  { volume: { path } }: Plan,
  { files }: Pick<Ports, "files">,
  { container, image }: { container: Container; image: Image },
): Promise<string | undefined> {
  const { image: runs, imageId, name, pid } = container;
  if (imageId !== image.id) {
    return `"${name}" runs ${runs}, not ${image.reference}`;
  }
  // As the process sees it: a bind mount stays with its inode when names move.
  const at = await files.look(`/proc/${pid}/root${image.inner}`);
  const volume = await files.look(path);
  return at === undefined || at.inode !== volume?.inode
    ? `"${name}" has not mounted "${path}" at "${image.inner}"`
    : undefined;
}

const silent = ({ container }: Plan) =>
  `the server in "${container}" does not answer`;

/**
 * So that the stop has little left to write: before the downtime begins, since
 * what it takes is no part of that then. It may fail: the stop counts.
 */
export async function checkpoint({ plan, ports }: RunContext) {
  await psqlIn(ports, plan.container, {
    user: plan.superuser,
    databases: ["template1"],
    sql: "CHECKPOINT",
  });
}
