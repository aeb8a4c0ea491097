import type { RunContext } from "../../run/context.ts";
import { ownContainers } from "../../job/own_containers.ts";
import { type DirectoryUser, isServer } from "../../port/files.ts";
import { isBelow } from "../../run/data_mount.ts";
import { userWords } from "../../run/other_servers.ts";

/**
 * Two servers on one data directory do not notice each other when they run in
 * two containers, and ruin it. So before anything is started, exchanged or
 * opened, nobody may hold that directory.
 */

/** Whoever holds the directory, but for this run's own jobs. */
export async function strangersOn(
  context: RunContext,
  path: string,
): Promise<readonly DirectoryUser[]> {
  const { plan, ports } = context;
  if (await ports.files.look(path) === undefined) return [];
  // What lies within the volume is not in use by who has the volume mounted.
  const apart = isBelow(path, plan.volume.path) && path !== plan.volume.path;
  const users = await ports.files.usersOf(path, apart ? "apart" : undefined);
  if (users.length === 0) return [];
  const own = await ownContainers(context);
  return users.filter((user) => !own.has(user.container) && !isBystander(user));
}

/** A person's shell that stands in the directory starts no server there. */
function isBystander(user: DirectoryUser): boolean {
  return user.container === "" && user.working && !isServer(user);
}

/** One phrase for a person; undefined where nobody holds it. */
export async function describeStrangers(
  context: RunContext,
  path: string,
): Promise<string | undefined> {
  const { ports } = context;
  const [first, ...more] = await strangersOn(context, path);
  if (first === undefined) return undefined;
  const container = first.container === ""
    ? undefined
    : await ports.containers.inspect(first.container);
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  return `"${path}" is in use by ${userWords(first, container)}${others}`;
}

/**
 * Servers at work in the volume, or in a directory of its cluster: not those in
 * what this run keeps within it.
 */
export async function serversIn(
  { names, plan, ports: { files } }: RunContext<"files">,
  path: string,
): Promise<readonly DirectoryUser[]> {
  const { aborted, backup, volume, work } = names;
  if (await files.look(path) === undefined) return [];
  const found = (await files.usersOf(path))
    .filter((user) => user.working && isServer(user));
  if (!plan.volume.within || path !== volume || found.length === 0) {
    return found;
  }
  const apart = new Set<number>();
  for (const kept of [aborted, backup, work]) {
    for (const { pid, working } of await files.usersOf(kept, "apart")) {
      if (working) apart.add(pid);
    }
  }
  return found.filter(({ pid }) => !apart.has(pid));
}

/** A server at work in the directory, but for this run's own jobs. */
export async function hasServer(context: RunContext, path: string) {
  return (await strangersOn(context, path))
    .some((user) => user.working && isServer(user));
}

/** @throws {Error} somebody holds it */
export async function requireNobody(context: RunContext, path: string) {
  const strangers = await describeStrangers(context, path);
  if (strangers !== undefined) throw new Error(strangers);
}
