import { dirname, resolve } from "@std/path";
import type {
  DirectoryUser,
  FileFacts,
  Files,
  FileSystemFacts,
  Owner,
  Reading,
} from "../port/files.ts";
import { TEXT_MAX } from "../port/files.ts";
import { PortError } from "../port/ports.ts";
import { makeAlike } from "./attributes.ts";
import {
  besideOf,
  give,
  lookAt,
  namesIn,
  permissions,
  removeOne,
  replaceFile,
  syncDirectory,
  syncParents,
  unlessMissing,
  writeNew,
} from "./durable.ts";
import { fileSystemOf } from "./file_system.ts";
import { heldPlaces } from "./held_places.ts";
import { directoryUsersOf } from "./directory_users.ts";
import { attempt } from "./host_error.ts";
import type { Stat } from "./kernel_structs.ts";
import { libc } from "./libc.ts";
import { mountsBelow, mountsOf } from "./mounts.ts";
import { fromDeno, proc } from "./proc.ts";
import { failed, PATIENT, run, runOk } from "./process.ts";
import { exchangeNames, renameNew } from "./rename.ts";
import { type Found, readPlain } from "./plain_file.ts";
import {
  canClone,
  canCloneWithin,
  canExchange,
  notCarried,
} from "./probe_file_system.ts";

/** The directories and files of this machine. */
export class Disk implements Files {
  look(path: string): Promise<FileFacts | undefined> {
    return attempt(() => {
      if (isOfKernel(path)) {
        const stat = proc.stat(path);
        return stat && factsOf(stat);
      }
      const info = lookAt(path);
      if (info === undefined) return undefined;
      const facts = factsOf(libc()?.stat(path, true) ?? fromDeno(info));
      if (facts.kind !== "link") return facts;
      const target = unlessMissing(() => Deno.readLinkSync(path));
      return target === undefined ? undefined : { ...facts, target };
    });
  }

  list(path: string): Promise<readonly string[] | undefined> {
    return attempt(() =>
      unlessMissing(() =>
        isOfKernel(path) ? proc.list(path)?.sort() : namesIn(path)
      )
    );
  }

  readText(path: string, reading?: Reading): Promise<string | undefined> {
    return attempt(() =>
      SLOW.includes(path) ? proc.textAside(path) : textOf(path, reading)
    );
  }

  readSmall(path: string, mostBytes: number): Promise<string | undefined> {
    return attempt(() =>
      textIn(readPlain(path, { most: mostBytes, links: true }))
    );
  }

  writeText(path: string, text: string, mode = 0o600): Promise<void> {
    return attempt(() => replaceFile(path, text, mode));
  }

  writeAll(
    directory: string,
    texts: Readonly<Record<string, string>>,
    mode: number,
  ): Promise<void> {
    return attempt(() => {
      const owner = { uid: null, gid: null, mode };
      for (const [name, text] of Object.entries(texts)) {
        writeNew(`${directory}/${name}`, text, owner, { durable: false });
      }
    });
  }

  /**
   * Made beside and renamed, so that it is never there with a wrong owner.
   */
  makeDirectory(path: string, owner?: Owner): Promise<void> {
    return attempt(async () => {
      if (lookAt(path) !== undefined) {
        throw new PortError(`'${path}' is already there`);
      }
      const beside = besideOf(path);
      // What an interrupted attempt left; nobody else uses such a name.
      removeOne(beside);
      const inode = heldPlaces()?.makeDirectory(beside);
      if (inode === undefined) Deno.mkdirSync(beside, { mode: 0o700 });
      const made = Deno.lstatSync(beside);
      if (!made.isDirectory || made.ino !== (inode ?? made.ino)) {
        throw new PortError(`'${beside}' was replaced`);
      }
      if (owner !== undefined) give(beside, made, owner);
      syncDirectory(beside);
      try {
        await renameNew(beside, path);
      } catch (error) {
        removeOne(beside);
        throw error;
      }
    });
  }

  makeAlike(
    path: string,
    like: string,
    what: "all" | "label" = "all",
  ): Promise<readonly string[]> {
    return attempt(() => makeAlike(path, like, what));
  }

  give(path: string, owner: Owner): Promise<void> {
    return attempt(() => {
      const made = lookAt(path);
      if (!made?.isDirectory) throw new PortError(`'${path}' is no directory`);
      give(path, made, owner);
      syncDirectory(path);
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await attempt(() => renameNew(from, to));
  }

  async exchange(a: string, b: string): Promise<void> {
    await attempt(() => exchangeNames(a, b));
  }

  async remove(path: string): Promise<void> {
    // With what an interrupted making of it left; nobody else uses that name.
    for (const there of [besideOf(path), path]) {
      const info = await attempt(() => lookAt(there));
      if (info === undefined) continue;
      if (info.isDirectory) refuseMounts(there);
      await attempt(async () => {
        if (await heldPlaces()?.remove(there)) return;
        // Links are not followed; large trees do not keep signals waiting.
        await Deno.remove(there, { recursive: info.isDirectory });
      });
    }
    // Also if it is gone: an earlier attempt may not have come this far.
    await attempt(() => {
      if (lookAt(dirname(path)) !== undefined) syncParents(path);
    });
  }

  async syncFileSystem(path: string): Promise<void> {
    if (await libc()?.syncFileSystem(path)) return;
    await runOk(["sync", "-f", "--", resolve(path)], PATIENT);
  }

  fileSystem(path: string): Promise<FileSystemFacts> {
    return attempt(() => fileSystemOf(path));
  }

  usersOf(path: string, above?: "apart"): Promise<readonly DirectoryUser[]> {
    return attempt(() => {
      const real = unlessMissing(() => Deno.realPathSync(path));
      return real === undefined ? [] : directoryUsersOf(real, above);
    });
  }

  canClone(directory: string, where?: "within"): Promise<boolean> {
    return where === "within"
      ? attempt(() => canCloneWithin(directory))
      : canClone(directory);
  }

  notCarried(directory: string): Promise<readonly string[]> {
    return notCarried(directory);
  }

  canExchange(directory: string): Promise<boolean> {
    return canExchange(directory);
  }

  async sizeOf(path: string): Promise<number> {
    const command = ["du", "-sxB1", "--", resolve(path)];
    const output = await run(command, PATIENT);
    const bytes = Number.parseInt(output.stdout, 10);
    // It fails, with a sum, when files of a running server go as it looks.
    if (Number.isNaN(bytes)) throw failed(command, output);
    return bytes;
  }
}

function textOf(
  path: string,
  { most = TEXT_MAX, end = false }: Reading = {},
): string | undefined {
  const found = readPlain(path, { most, end, links: true });
  if (found !== undefined && "why" in found) {
    throw new PortError(`'${path}' ${found.why}`);
  }
  return textIn(found);
}

function textIn(found: Found | undefined): string | undefined {
  return found?.kind === "file"
    ? new TextDecoder().decode(found.bytes)
    : undefined;
}

const KINDS: Readonly<Record<number, FileFacts["kind"]>> = {
  0o100000: "file",
  0o040000: "directory",
  0o120000: "link",
};

/** What the kernel may wait for before it answers. */
const SLOW: readonly string[] = ["/proc/locks", "/proc/meminfo"];

/** Deno reads there only with every permission. */
const isOfKernel = (path: string) => /^\/(proc|sys|dev)\//.test(path);

function factsOf(stat: Stat): FileFacts {
  return {
    kind: KINDS[stat.mode & 0o170000] ?? "other",
    inode: stat.inode,
    device: stat.device,
    owner: { uid: stat.uid, gid: stat.gid, mode: permissions(stat.mode) },
    bytes: stat.bytes,
  };
}

/** Another file system below would be emptied along with the tree. */
function refuseMounts(path: string): void {
  const real = Deno.realPathSync(path);
  const [mounted] = mountsBelow(mountsOf("self") ?? [], real);
  if (mounted === undefined) return;
  throw new PortError(
    `Cannot remove '${path}': a file system is mounted on '${mounted}'`,
  );
}
