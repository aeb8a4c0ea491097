import { dirname, join, resolve } from "@std/path";
import { Failure } from "../base/failure.ts";
import type { FileFacts } from "../port/files.ts";
import type { Ports } from "../port/ports.ts";
import { stateDirectoryOf } from "./paths.ts";
import { type People, peopleOf } from "./people.ts";

/**
 * Whose word counts. A journal names programs that root runs and directories
 * that root moves, so only what root alone could have written is one.
 */

type Looking = Pick<Ports, "files">;

/** A directory on the way that others than root may change. */
export interface Parent {
  readonly path: string;
  /** A phrase: who may change a name in it. */
  readonly found: string;
  /** They are root already if they like: nothing is theirs to win. */
  readonly harmless: boolean;
  /** A link that they can turn elsewhere: over such a one nothing is moved. */
  readonly link?: true;
}

/**
 * Who may change a name on the way could put another thing in its place. The
 * user that the container runs as is never harmless there.
 */
export async function changeableParents(
  path: string,
  { files }: Looking,
  server?: number,
): Promise<readonly Parent[]> {
  const found: Parent[] = [];
  const people: People[] = [];
  const open = [path];
  // Links that lead on and on end nowhere.
  for (let walks = 0; open.length > 0 && walks < LINKS_MAX; walks++) {
    const start = open.pop() ?? "/";
    for (let here = start; here !== "/"; here = dirname(here)) {
      const facts = await files.look(here);
      if (facts?.kind === "link") {
        const target = here === path
          ? undefined
          : await leadsTo(here, facts, { files });
        if (target !== undefined) open.push(target);
        else found.push(linkOf(here));
      } else if (here !== path && facts !== undefined && !isRoots(facts)) {
        people[0] ??= await peopleOf({ files });
        found.push(parentOf(here, facts, people[0], server));
      }
    }
  }
  if (open.length > 0) found.push(linkOf(path));
  return found;
}

const LINKS_MAX = 10;
const STICKY = 0o1000;

/** Where root's own link leads, if nobody else can put another one there. */
async function leadsTo(
  path: string,
  { owner, target }: FileFacts,
  { files }: Looking,
) {
  if (owner.uid !== 0 || target === undefined) return undefined;
  const around = await files.look(dirname(path));
  const isFixed = around === undefined || isRoots(around) ||
    (around.owner.uid === 0 && (around.owner.mode & STICKY) !== 0);
  return isFixed ? resolve(dirname(path), target) : undefined;
}

function linkOf(path: string): Parent {
  const found = `"${path}" is a symbolic link`;
  return { path, found, harmless: false, link: true };
}

function parentOf(
  path: string,
  { owner: { gid, mode, uid } }: FileFacts,
  people: People,
  server: number | undefined,
): Parent {
  const owner = uid === 0 ? undefined : people.powerOf(uid);
  const group = (mode & 0o020) === 0 ? [] : people.powersIn(gid);
  const sticky = (mode & STICKY) !== 0;
  const harmless = (uid === 0 || owner !== undefined) &&
    (group !== undefined || sticky) && ((mode & 0o002) === 0 || sticky) &&
    (uid === 0 || uid !== server);
  const found = !harmless
    ? `"${path}" can be changed by others than root`
    : owner !== undefined
    ? `"${path}" is ${owner.name}'s, who is root by the group ${owner.group} anyway`
    : sticky
    ? `"${path}" is everybody's, but only what is their own`
    : `"${path}" can be changed by ${
      group?.join(", ") || "nobody"
    }, root by a group anyway`;
  return { path, found, harmless };
}

/** Those that could be turned against the host, each as a phrase. */
export async function unsafeParents(
  path: string,
  ports: Looking,
  server?: number,
): Promise<readonly string[]> {
  return (await changeableParents(path, ports, server))
    .filter(({ harmless }) => !harmless).map(({ found }) => found);
}

/** Nobody but root can write to it, or give it away. */
function isRoots({ owner: { mode, uid } }: FileFacts): boolean {
  return uid === 0 && (mode & 0o022) === 0;
}

/**
 * What a run keeps: its directory with all that stands above it, and in it
 * the one file that is to be read. What is not there is nobody's. With `trust`
 * the operator has said that those who may change what stands above are good;
 * undefined: the operator cannot say so here.
 *
 * @throws {Failure} "foreign": others than root could have written it
 */
export async function requireRoots(
  directory: string,
  path: string | undefined,
  ports: Looking,
  trust?: boolean,
): Promise<void> {
  if (await ports.files.look(directory) === undefined) return;
  const own = [
    ...await notRoots(directory, "directory", ports),
    ...path === undefined ? [] : await notRoots(path, "file", ports),
  ];
  const above = trust ? [] : await unsafeParents(directory, ports);
  const [wrong] = [...above, ...own];
  if (wrong === undefined) return;
  throw new Failure("foreign", {
    found: `Cannot trust "${path ?? directory}": ${wrong}`,
    hint: HINT + (trust === false && own.length === 0 ? OR_TRUST : ""),
  });
}

const HINT =
  'Nothing in it was used. It and all directories above it must belong to root, and root alone may write to them. Type "ls -ld" on each to see whose it is';

/** Only for what the option lets through. */
const OR_TRUST = ". If you trust whoever may write there, add --trust-parents";

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
  trust = false,
): Promise<void> {
  const directory = stateDirectoryOf(volume);
  return requireRoots(directory, join(directory, "journal.json"), ports, trust);
}

/** The journal of a closed one. */
export async function requireTrustedHistory(
  path: string,
  ports: Looking,
  trust = false,
): Promise<void> {
  await requireRoots(dirname(path), path, ports, trust);
}
