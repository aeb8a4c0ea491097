import { initialise } from "./host/cluster.ts";
import { put } from "./host/disk.ts";
import { Host } from "./host/host.ts";
import { BOUND, setMounted, UNIT_FILE, VOLUME } from "./host/places.ts";
import { type HostState, isMinor, newState, placeOf } from "./host/state.ts";
import { unitText } from "./host/units.ts";
import { bind } from "./kernel.ts";

/** What a host may look like before an upgrade. */
export interface Scene {
  readonly type: "xfs" | "ext4" | "btrfs" | "tmpfs";
  readonly from: number;
  readonly to: number;
  readonly method?: "pg_upgrade";
  /** A file system of its own is mounted at the volume. */
  readonly mounted?: true;
}

/** "dump", "pg_upgrade", "minor", or "mount" where the volume is one. */
export const ladderOf = (scene: Scene) =>
  scene.mounted ? "mount" : isMinor(scene) ? "minor" : scene.method ?? "dump";

/** The first state of a host, on the empty disk that is mounted on /srv. */
export function makeScene(
  { from, method, mounted, to, type }: Scene,
  uuid: string,
  bindAll: () => void,
): HostState {
  for (const [source] of BOUND) Deno.mkdirSync(source, { recursive: true });
  Deno.chmodSync("/srv", 0o755);
  bindAll();
  Deno.mkdirSync("/etc/systemd/system");
  Deno.mkdirSync(VOLUME, { mode: 0o700 });
  mountVolume(mounted);
  const data = `${VOLUME}${placeOf(from)}`;
  Deno.mkdirSync(data, { recursive: true });
  const host = new Host(newState({
    from,
    to,
    ...(method === undefined ? {} : { method }),
    reflink: type === "xfs" || type === "btrfs",
    fileSystem: { type, uuid },
  }));
  initialise(data, { major: from, system: host.newSystem(), durable: true });
  Deno.chownSync(VOLUME, 999, 999);
  put(UNIT_FILE, unitText(from), { durable: true });
  host.start();
  for (let tick = 0; tick < 3; tick++) host.tick();
  return host.state;
}

/** Of the same disk, so that one cut is of all: no rename leads across. */
export function mountVolume(mounted = false) {
  setMounted(mounted);
  if (mounted) bind(VOLUME, VOLUME);
}
