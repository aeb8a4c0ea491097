import { type DirectoryUser, isServer } from "../port/files.ts";
import type { Container } from "../port/containers.ts";
import type { Ports } from "../port/ports.ts";
import { RUN_LABEL } from "./paths.ts";

/** A server at work in a directory that another container has, too. */
export interface OtherServer {
  /** A phrase. */
  readonly words: string;
  /** The name of its container; "" where it is in none that is known. */
  readonly container: string;
}

/**
 * Who is at work in a data directory beside the container of that name, one of
 * each container. A job of pgladder's is none, nor is what ends meanwhile: a
 * container that fails again and again has another identifier each time.
 */
export async function otherServersOn(
  path: string,
  name: string,
  { containers, files }: Pick<Ports, "containers" | "files">,
): Promise<readonly OtherServer[]> {
  if (await files.look(path) === undefined) return [];
  const users = await serversIn(path, files);
  if (users.length === 0) return [];
  const own = await containers.inspect(name);
  // A runtime may give its containers no control group of their own.
  const groups = new Set([
    own?.id,
    ...users.filter(({ pid }) => pid === own?.pid).map((it) => it.container),
  ]);
  const found: { user: DirectoryUser; container: Container | undefined }[] = [];
  for (const user of users) {
    if (groups.has(user.container)) continue;
    groups.add(user.container);
    const container = user.container === ""
      ? undefined
      : await containers.inspect(user.container);
    if (container?.name === name) continue;
    if (container?.labels[RUN_LABEL] !== undefined) continue;
    found.push({ user, container });
  }
  if (found.length === 0) return [];
  const still = await serversIn(path, files);
  return found.filter(({ user }) => still.some(({ pid }) => pid === user.pid))
    .map(({ container, user }) => ({
      words: userWords(user, container),
      container: container?.name ?? "",
    }));
}

/** Whoever was started first is the one that started the others. */
async function serversIn(path: string, files: Ports["files"]) {
  const users = await files.usersOf(path);
  return users.filter((user) => user.working && isServer(user))
    .toSorted((a, b) => a.pid - b.pid);
}

/** A phrase for a person. A container that its runtime does not know has but a number. */
export function userWords(
  { container: id, name, pid }: DirectoryUser,
  container: Pick<Container, "name"> | undefined,
): string {
  const where = id === ""
    ? ""
    : ` in container ${
      container === undefined ? id.slice(0, 12) : `"${container.name}"`
    }`;
  return `process ${pid} ("${name}")${where}`;
}
