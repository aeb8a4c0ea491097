import { dirname, join } from "@std/path";
import type { Image } from "../../../journal/plan.ts";
import {
  abortedOf,
  backupOf,
  besideVolume,
  stateDirectoryOf,
} from "../../run/paths.ts";
import type { Container, Mount } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { readRecord } from "../../run/rehearsal_record.ts";
import { changeableParents } from "../../run/trust.ts";

/** A volume that the runtime keeps under a name. */
export interface NamedVolume {
  readonly name: string;
  /** A phrase: why its data cannot be put aside where no prune looks. */
  readonly blocker?: string;
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
    : !facts.plain
    ? "a driver or an option of it says where the files are"
    : facts.path !== source || mounted?.inode !== volume.inode
    ? "the container has mounted a part of it"
    : beside === dirname(source)
    ? "it does not lie in a directory volumes/NAME/_data"
    : (await files.look(beside))?.device !== volume.device ||
        (await files.fileSystem(beside)).mount !==
          (await files.fileSystem(source)).mount
    ? `"${beside}" is another file system`
    : undefined;
  return { name, ...(blocker === undefined ? {} : { blocker }) };
}

/** What an earlier upgrade left where this one needs the place. */
export async function leftoversOf(volume: string, { files }: Ports) {
  const found: string[] = [];
  const backup = backupOf(volume);
  if (await files.look(backup) !== undefined) found.push(backup);
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
export async function volumeFacts(volume: string, from: Image, ports: Ports) {
  const { files } = ports;
  const parent = join(volume, "..");
  const volumeFile = await files.look(volume);
  const aborted = await abortedIn(volume, ports);
  const clusterOwner = (await files.look(join(volume, from.cluster)))?.owner;
  const parents = await changeableParents(volume, ports, clusterOwner?.uid);
  return {
    ...(aborted === undefined ? {} : { aborted }),
    volume,
    volumeFile,
    clusterOwner,
    fileSystem: await files.fileSystem(volume),
    unsafeParents: parents.filter(({ harmless }) => !harmless)
      .map(({ found }) => found),
    linkedParent: parents.find(({ link }) => link)?.found,
    harmlessParents: parents.filter(({ harmless }) => harmless)
      .map(({ found }) => found),
    canExchange: volumeFile !== undefined && await files.canExchange(parent),
    canClone: volumeFile !== undefined && await files.canClone(volume),
    notCarried: volumeFile === undefined ? [] : await files.notCarried(volume),
    bytes: await files.sizeOf(volume),
    leftovers: await leftoversOf(volume, ports),
    rehearsal: await readRecord(volume, files),
  };
}
