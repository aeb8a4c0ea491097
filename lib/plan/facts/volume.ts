import { dirname, join, normalize } from "@std/path";
import type { Image } from "../../../journal/plan.ts";
import { ENTRIES_MAX, namesWithin } from "../../run/within.ts";
import {
  abortedOf,
  backupOf,
  besideVolume,
  isKeptWithin,
  stateDirectoryOf,
} from "../../run/paths.ts";
import type { Container, Mount } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { readRecord } from "../../run/rehearsal_record.ts";
import { changeableParents } from "../../run/trust.ts";
import { startFilesIn } from "./start_files.ts";

/** A volume that the runtime keeps under a name. */
export interface NamedVolume {
  readonly name: string;
  /** A phrase: why its data cannot be put aside where no prune looks. */
  readonly blocker?: string;
  /** The directory of the host that its options bind to it. */
  readonly device?: string;
}

export async function namedVolumeOf(
  { pid }: Container,
  mount: Mount | undefined,
  { containers, files }: Ports,
): Promise<NamedVolume | undefined> {
  if (mount?.kind !== "volume") return undefined;
  const { mountPath, name, source } = mount;
  const facts = await containers.volume(name);
  const volume = await files.look(source);
  // Of one that does not run there is nothing to look at.
  const mounted = pid === 0
    ? volume
    : await files.look(`/proc/${pid}/root${mountPath}`);
  const beside = dirname(besideVolume(source));
  const blocker = facts === undefined || volume === undefined
    ? "the runtime does not know it"
    : facts.anonymous
    ? "it has no name of its own and goes with its container"
    : facts.device !== undefined
    ? mounted?.inode === (await files.look(facts.device))?.inode
      ? undefined
      : `its option device says "${facts.device}", which the container has not mounted`
    : !facts.plain
    ? "a driver or an option of it says where the files are"
    : facts.path !== source || mounted?.inode !== volume.inode
    ? "the container has mounted a part of it"
    : beside === dirname(source)
    ? "it does not lie in a directory volumes/NAME/_data"
    : undefined;
  return {
    name,
    ...(blocker === undefined ? {} : { blocker }),
    ...(facts?.device === undefined ? {} : { device: facts.device }),
  };
}

/** What the operator says it is, or what the container has mounted. */
export function volumePathOf(
  asked: string | undefined,
  named: NamedVolume | undefined,
  mount: Mount | undefined,
): string {
  const path = normalize(asked ?? named?.device ?? mount?.source ?? "/");
  return path.replace(/(?<=.)\/$/, "");
}

/** Why the volume's own name cannot move, and what in it cannot. */
export interface Within {
  /** A phrase. */
  readonly why: string;
  /** A phrase: what is in the way of moving what is in it. */
  readonly blocker?: string;
}

/**
 * A mount point, a subvolume and a data set cannot be renamed, and what stands
 * beside them is another file system.
 */
async function withinOf(
  volume: string,
  device: string | undefined,
  from: Image,
  { files }: Ports,
): Promise<Within | undefined> {
  const beside = dirname(besideVolume(volume));
  const [here, there] = await Promise.all(
    [volume, beside].map((path) => files.fileSystem(path)),
  );
  const why = here?.mount === volume
    ? "is a mount point"
    : (await files.look(volume))?.device !== (await files.look(beside))?.device
    ? "is a file system of its own"
    : here?.mount !== there?.mount
    ? `is on another mount than "${beside}"`
    : device !== undefined
    ? "is bound to a named volume, which keeps what is bound to it"
    : undefined;
  if (why === undefined) return undefined;
  const blocker = await blockerWithin(volume, beside, from, files);
  return { why, ...(blocker === undefined ? {} : { blocker }) };
}

/** What does not outlive the host's next start holds no journal. */
const FLEETING = ["tmpfs", "ramfs", "devtmpfs"];

async function blockerWithin(
  volume: string,
  beside: string,
  from: Image,
  files: Ports["files"],
): Promise<string | undefined> {
  const { mount, type, readOnly } = await files.fileSystem(beside);
  if (FLEETING.includes(type)) {
    return `"${beside}", where the journal is to lie, is in memory (${type})`;
  }
  if (readOnly) {
    return `"${mount}", where the journal is to lie, is read-only`;
  }
  const names = await namesWithin(volume, from, files);
  if (names.length > ENTRIES_MAX) return `it has ${names.length} entries`;
  const own = (await files.fileSystem(volume)).mount;
  for (const name of names) {
    const path = join(volume, name);
    const facts = await files.look(path);
    // A running server makes and removes files; none has a name like that.
    if (facts === undefined && /\uFFFD/.test(name)) {
      return `the name "${name}" in it is no text`;
    }
    if (
      facts?.kind === "directory" &&
      (await files.fileSystem(path)).mount !== own
    ) return `"${path}" is a mount point of its own`;
  }
  return undefined;
}

/** What an earlier upgrade left where this one needs the place. */
export async function leftoversOf(volume: string, { files }: Ports) {
  const found: string[] = [];
  const backup = backupOf(volume);
  if (await files.look(backup) !== undefined) found.push(backup);
  // What an earlier run has kept within it; the new data of a rollback stay.
  for (const name of await files.list(volume) ?? []) {
    if (isKeptWithin(name) && !name.endsWith(".aborted")) {
      found.push(join(volume, name));
    }
  }
  // A history alone is no leftover.
  const state = stateDirectoryOf(volume);
  const known = [
    "history",
    "journal.json.new",
    "lock",
    "rehearsal.json",
    "reserve",
  ];
  for (const name of await files.list(state) ?? []) {
    if (!known.includes(name)) found.push(join(state, name));
  }
  return found;
}

/** Where an earlier rollback, or somebody, has left data under that name. */
export async function abortedIn(volume: string, { files }: Ports) {
  const path = abortedOf(volume);
  return await files.look(path) === undefined ? undefined : path;
}

/** Of the volume itself, its place, and what lies beside it. */
export async function volumeFacts(
  volume: string,
  from: Image,
  device: string | undefined,
  ports: Ports,
) {
  const { files } = ports;
  const volumeFile = await files.look(volume);
  const aborted = await abortedIn(volume, ports);
  const clusterOwner = (await files.look(join(volume, from.cluster)))?.owner;
  const parents = await changeableParents(volume, ports, clusterOwner?.uid);
  const within = volumeFile === undefined
    ? undefined
    : await withinOf(volume, device, from, ports);
  const where = within === undefined ? undefined : "within";
  return {
    ...(aborted === undefined ? {} : { aborted }),
    volume,
    volumeFile,
    startFiles: await startFilesIn(join(volume, from.cluster), files),
    clusterOwner,
    fileSystem: await files.fileSystem(volume),
    unsafeParents: parents.filter(({ harmless }) => !harmless)
      .map(({ found }) => found),
    linkedParent: parents.find(({ link }) => link)?.found,
    harmlessParents: parents.filter(({ harmless }) => harmless)
      .map(({ found }) => found),
    ...(within === undefined ? {} : { within }),
    canExchange: volumeFile !== undefined &&
      await files.canExchange(within ? volume : dirname(volume)),
    canClone: volumeFile !== undefined && await files.canClone(volume, where),
    // What is made within it can be given all that it has itself.
    notCarried: volumeFile === undefined || within !== undefined
      ? []
      : await files.notCarried(volume),
    bytes: await files.sizeOf(volume),
    leftovers: await leftoversOf(volume, ports),
    rehearsal: await readRecord(volume, files),
  };
}
