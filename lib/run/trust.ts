import { dirname, join } from "@std/path";
import { Failure } from "../base/failure.ts";
import type { FileFacts } from "../port/files.ts";
import type { Ports } from "../port/ports.ts";
import { stateDirectoryOf } from "./paths.ts";

/**
 * Whose word counts. A journal names programs that root runs and directories
 * that root moves, so only what root alone could have written is one.
 */

type Looking = Pick<Ports, "files">;

/** Who may change a name on the way could put another thing in its place. */
export async function unsafeParents(path: string, { files }: Looking) {
  const found: string[] = [];
  for (let here = path; here !== "/"; here = join(here, "..")) {
    const facts = await files.look(here);
    if (facts?.kind === "link") found.push(`"${here}" is a symbolic link`);
    if (here === path || facts === undefined) continue;
    if (!isRoots(facts)) {
      found.push(`"${here}" can be changed by others than root`);
    }
  }
  return found;
}

/** Nobody but root can write to it, or give it away. */
function isRoots({ owner: { mode, uid } }: FileFacts): boolean {
  return uid === 0 && (mode & 0o022) === 0;
}

/**
 * What a run keeps: its directory with all that stands above it, and in it
 * the one file that is to be read. What is not there is nobody's.
 *
 * @throws {Failure} "foreign": others than root could have written it
 */
export async function requireRoots(
  directory: string,
  path: string | undefined,
  ports: Looking,
): Promise<void> {
  if (await ports.files.look(directory) === undefined) return;
  const [wrong] = [
    ...await unsafeParents(directory, ports),
    ...await notRoots(directory, "directory", ports),
    ...path === undefined ? [] : await notRoots(path, "file", ports),
  ];
  if (wrong === undefined) return;
  throw new Failure("foreign", {
    found: `Cannot trust "${path ?? directory}": ${wrong}`,
    hint:
      "Nothing of it was believed or run. See who put it there: pgladder's own are root's, in directories that root alone may change",
  });
}

async function notRoots(
  path: string,
  kind: "directory" | "file",
  { files }: Looking,
): Promise<readonly string[]> {
  const facts = await files.look(path);
  if (facts === undefined) return [];
  if (facts.kind !== kind) return [`"${path}" is no plain ${kind}`];
  return isRoots(facts) ? [] : [`"${path}" can be changed by others than root`];
}

/** The journal of an open run, and whatever else its directory holds. */
export function requireTrustedState(
  volume: string,
  ports: Looking,
): Promise<void> {
  const directory = stateDirectoryOf(volume);
  return requireRoots(directory, join(directory, "journal.json"), ports);
}

/** The journal of a closed one. */
export async function requireTrustedHistory(
  path: string,
  ports: Looking,
): Promise<void> {
  await requireRoots(dirname(path), path, ports);
}
