import { Disk } from "../../../../lib/adapter/disk.ts";
import type {
  DirectoryUser,
  FileFacts,
  FileSystemFacts,
} from "../../../../lib/port/files.ts";
import { inodeOf, namesIn } from "./disk.ts";
import type { Host } from "./host.ts";
import { scriptOf } from "./job.ts";
import { CONTAINER, isMounted, VOLUME } from "./places.ts";
import { dataOf } from "./server.ts";
import type { ContainerState } from "./state.ts";

/**
 * The real adapter for all that changes or reads the disk. What it would find
 * out from processes, which a stand-in has none of, and what a plan wants to
 * know beforehand, the host answers itself.
 */
export class HostFiles extends Disk {
  constructor(readonly host: Host) {
    super();
  }

  /** `/proc/PID/root/PATH` is a path as a container's process sees it. */
  override look(path: string): Promise<FileFacts | undefined> {
    const inside = /^\/proc\/(\d+)\/root(\/.*)$/.exec(path);
    if (inside === null) return super.look(path);
    const [, pid, inner] = inside;
    const container = this.host.state.containers
      .find((it) => it.running && String(it.pid) === pid);
    const mount = container?.mounts.find((it) => it.mountPath === inner);
    return Promise.resolve(
      mount && {
        kind: "directory",
        inode: mount.inode,
        device: "0:0",
        owner: { uid: 999, gid: 999, mode: 0o700 },
        bytes: 0,
      },
    );
  }

  override usersOf(path: string): Promise<readonly DirectoryUser[]> {
    const inodes = [path, ...namesIn(path).map((name) => `${path}/${name}`)]
      .map(inodeOf);
    return Promise.resolve(
      this.host.state.containers.filter((container) => {
        if (!container.running) return false;
        const data = dataOf(container);
        return container.mounts.some(({ inode }) => inodes.includes(inode)) ||
          (data !== undefined && inodes.includes(inodeOf(data)));
      }).map(holderOf),
    );
  }

  override fileSystem(path: string): Promise<FileSystemFacts> {
    const isIn = isMounted() && `${path}/`.startsWith(`${VOLUME}/`);
    return Promise.resolve({
      ...this.host.state.fileSystem,
      mount: isIn ? VOLUME : "/srv",
      freeBytes: 2 ** 40,
      readOnly: false,
    });
  }

  override canClone(): Promise<boolean> {
    return Promise.resolve(this.host.state.reflink);
  }

  override canExchange(): Promise<boolean> {
    return Promise.resolve(true);
  }

  override sizeOf(): Promise<number> {
    return Promise.resolve(1_000_000);
  }
}

function holderOf(container: ContainerState): DirectoryUser {
  const serves = container.name === CONTAINER ||
    (scriptOf(container) ?? "dump_worker") !== "dump_worker";
  return {
    pid: container.pid,
    name: serves ? "postgres" : "bash",
    container: container.id,
    working: serves,
  };
}
