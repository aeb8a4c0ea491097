import { BOUND, isMounted, VOLUME } from "./host/places.ts";
import type { HostState } from "./host/state.ts";
import { bind, clone, mountImage, unmount, uuidOf } from "./kernel.ts";
import { makeScene, mountVolume, type Scene } from "./scene.ts";
import { closeAll, install } from "./tap.ts";

/** A disk and what the host knew at that instant. */
export interface Moment {
  readonly image: string;
  readonly state: HostState;
}

const SIZES = { xfs: "300M", ext4: "64M", btrfs: "128M" } as const;
const STORE_SIZE = "6G";
const PLACES = ["/dev/shm", "/var/tmp"];
/** Only this process and what it starts see what is mounted there. */
const STORE = "/mnt";

/**
 * Disks in files on an XFS of our own, whose clones are power cuts. All mounts
 * are in this process's own mount namespace and go with it.
 */
export class Lab {
  #next = 0;

  private constructor() {}

  /** To be called once, in a process begun by `unshare --mount`. */
  static async open(): Promise<Lab> {
    install();
    const dir = PLACES.find((path) => isDirectory(path)) ?? "/tmp";
    const image = Deno.makeTempFileSync({ dir, prefix: "pgladder-" });
    try {
      await run("truncate", "-s", STORE_SIZE, image);
      await run("mkfs.xfs", "-q", "-m", "reflink=1", image);
      mountImage(image, "xfs", STORE);
    } finally {
      // It lives while it is mounted.
      Deno.removeSync(image);
    }
    return new Lab();
  }

  close(): void {
    unmount(STORE);
  }

  newImage(): string {
    return `${STORE}/${this.#next++}.img`;
  }

  /** A host before its upgrade. */
  async make(scene: Scene): Promise<Moment> {
    const { type } = scene;
    if (type === "tmpfs") throw new Error("A tmpfs lies in no image");
    const image = this.newImage();
    await run("truncate", "-s", SIZES[type], image);
    const force = type === "ext4" ? "-F" : "-f";
    await run(`mkfs.${type}`, "-q", force, image);
    mountImage(image, type, "/srv");
    const state = makeScene(scene, uuidOf("/srv"), bindAll);
    this.unmount();
    return { image, state };
  }

  /** A clone of that disk, mounted, with the host as it was then. */
  mount(moment: Moment, scene: Scene): Moment {
    const image = this.newImage();
    clone(moment.image, image);
    mountImage(image, scene.type, "/srv");
    bindAll();
    mountVolume(scene.mounted);
    return { image, state: structuredClone(moment.state) };
  }

  /** The power cut, as the disk shows it. */
  cut({ image, state }: Moment): Moment {
    const copy = this.newImage();
    clone(image, copy);
    return { image: copy, state: structuredClone(state) };
  }

  unmount(): void {
    // What died with its process, in a process that goes on.
    closeAll();
    if (isMounted()) unmount(VOLUME);
    for (const [, path] of BOUND.toReversed()) unmount(path);
    unmount("/srv");
  }
}

export function bindAll() {
  for (const [source, target] of BOUND) bind(source, target);
}

export async function run(...words: readonly string[]): Promise<void> {
  const [program = "", ...args] = words;
  const { success, stderr } = await new Deno.Command(program, {
    args,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new Error(`${words.join(" ")}\n${new TextDecoder().decode(stderr)}`);
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
