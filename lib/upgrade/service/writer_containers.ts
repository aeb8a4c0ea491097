import type { Plan } from "../../../journal/plan.ts";
import type { RunContext } from "../../run/context.ts";
import { StoppedError } from "../../job/control.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/**
 * Containers that write and that no unit runs: blocked by the restart policy
 * "no", so that no boot starts them, and stopped in the order of what depends
 * on what.
 */
type Writer = Plan["writers"][number];

const POLL_MS = 500;
const HEALTHY_TIMEOUT_MS = 5 * 60 * 1000;

/** Names of the units among the writers. */
export const unitsOf = ({ writers }: Plan): readonly string[] =>
  writers.filter(({ restart }) => restart === undefined)
    .map(({ unit }) => unit);

export const containersOf = ({ writers }: Plan): readonly Writer[] =>
  writers.filter(({ restart }) => restart !== undefined);

export interface WriterState {
  readonly writer: Writer;
  readonly found: Container | undefined;
  /** Nothing but a person starts it. */
  readonly blocked: boolean;
  /** Nothing of pgladder's keeps it from starting. */
  readonly free: boolean;
}

/** Each container that writes, as it stands. */
export function lookAtContainers(
  { plan, ports: { containers } }: RunContext<"containers">,
): Promise<readonly WriterState[]> {
  return Promise.all(
    containersOf(plan).map(async (writer): Promise<WriterState> => {
      const found = await containers.inspect(writer.unit);
      // Where it is gone there is nothing to block or unblock; nor
      // where the runtime cannot change a policy, which the plan has as none.
      const blocked = found === undefined || found.restartPolicy === "no" ||
        writer.restart === "no";
      const free = found === undefined || writer.restart === "no" || !blocked;
      return { writer, found, blocked, free };
    }),
  );
}

/** It runs, or its runtime is about to start it again. */
export const isUp = (found: Container | undefined): boolean =>
  found !== undefined && (found.running || found.status === "restarting");

/**
 * It runs, has done its work, or is no longer there to be missed. Of one that
 * never stayed up nothing more is asked.
 */
export function isWell({ found, writer }: WriterState): boolean {
  if (!writer.active || found === undefined || found.running) return true;
  if (writer.looping) return true;
  return found.status === "exited" && found.exitCode === 0 &&
    !/^(always|unless)/.test(found.restartPolicy);
}

/** Blocks the start of all of them, then stops them: first those that others do not need. */
export async function stopContainers(context: RunContext) {
  const { ports } = context;
  const { containers } = ports;
  const seen = await lookAtContainers(context);
  for (const { blocked, writer } of seen) {
    if (!blocked) await containers.setRestartPolicy(writer.unit, "no");
  }
  let left = seen.filter(({ found }) => isUp(found))
    .map(({ writer }) => writer);
  while (left.length > 0) {
    const free = left.filter(({ unit }) =>
      !left.some((other) => other.after?.includes(unit))
    );
    // A circle has no first one.
    const next = free.length > 0 ? free : left;
    await Promise.all(next.map(({ unit }) => containers.stop(unit)));
    left = left.filter((writer) => !next.includes(writer));
  }
}

/** Gives them their restart policies back, and starts those that ran, in order. */
export async function startContainers(context: RunContext) {
  const { plan, ports } = context;
  const { containers } = ports;
  for (const { free, writer } of await lookAtContainers(context)) {
    const { restart = "no", unit } = writer;
    if (!free) await containers.setRestartPolicy(unit, restart);
  }
  // One that cannot be started keeps no other from it.
  const failures: unknown[] = [];
  for (const writer of containersOf(plan)) {
    if (!writer.active) continue;
    try {
      await startContainer(context, writer);
    } catch (failure) {
      if (failure instanceof StoppedError) throw failure;
      if (!writer.looping) failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function startContainer({ plan, ports }: RunContext, writer: Writer) {
  const found = await ports.containers.inspect(writer.unit);
  if (found === undefined) {
    ports.host.say(`      "${writer.unit}" is no longer there to be started`);
    return;
  }
  if (isUp(found)) return;
  const stopped = [plan.container, ...containersOf(plan).map((it) => it.unit)];
  for (const name of writer.healthy ?? []) {
    // What was not stopped is as well as it was.
    if (stopped.includes(name)) await awaitHealth(name, ports);
  }
  await ports.containers.start(writer.unit);
}

/** @throws {Error} it is not well, or does not become so */
async function awaitHealth(name: string, { containers, host }: Ports) {
  const begun = host.now().ms;
  while (host.now().ms - begun < HEALTHY_TIMEOUT_MS) {
    const found = await containers.inspect(name);
    if (found?.health !== "starting" && found?.health !== "unhealthy") return;
    if (host.stopAsked) throw new StoppedError(host.stopAsked);
    await host.sleep(POLL_MS);
  }
  throw new Error(`"${name}" does not become healthy, and others wait for it`);
}
