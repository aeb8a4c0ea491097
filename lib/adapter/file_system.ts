import { dirname } from "@std/path";
import type { FileSystemFacts } from "../port/files.ts";
import { PortError } from "../port/ports.ts";
import { lookAt } from "./durable.ts";
import { libc } from "./libc.ts";
import { type MountLine, mountOver, mountsOf } from "./mounts.ts";
import { proc } from "./proc.ts";
import { findProgram } from "./programs.ts";
import { run } from "./process.ts";

const BY_UUID = "/dev/disk/by-uuid";

/** Of a path, or of what is there of it. */
export async function fileSystemOf(path: string): Promise<FileSystemFacts> {
  const real = Deno.realPathSync(existing(path));
  const mount = mountOver(mountsOf("self") ?? [], real);
  if (mount === undefined) throw new PortError(`'${path}' is on no mount`);
  // On first use: any of Node's modules costs the start of the program 60 ms.
  const { statfsSync } = await import("node:fs");
  const { bavail, bsize } = statfsSync(real);
  return {
    type: mount.type,
    uuid: libc()?.uuid(real) ?? await uuidOf(mount),
    mount: mount.point,
    freeBytes: bavail * bsize,
    readOnly: mount.options.includes("ro"),
  };
}

function existing(path: string): string {
  let here = path;
  while (lookAt(here) === undefined && here !== dirname(here)) {
    here = dirname(here);
  }
  return here;
}

/** Where the kernel does not tell: it does for some from Linux 6.9 on. */
async function uuidOf(mount: MountLine): Promise<string> {
  if (findProgram("findmnt") !== undefined) {
    // By the mount point, as some devices are mounted more than once.
    const command = ["findmnt", "-nro", "UUID", "--mountpoint", mount.point];
    const found = (await run(command)).stdout.trim().split("\n").at(-1) ?? "";
    if (found !== "") return found;
  }
  return uuidOfDevice(mount.source);
}

/** As udev sees it, where findmnt is missing or knows nothing. */
function uuidOfDevice(source: string): string {
  if (!source.startsWith("/dev/")) return "";
  const device = proc.stat(source);
  const names = proc.list(BY_UUID) ?? [];
  return names.find((name) => {
    const found = proc.stat(`${BY_UUID}/${name}`);
    return found !== undefined && found.inode === device?.inode;
  }) ?? "";
}
