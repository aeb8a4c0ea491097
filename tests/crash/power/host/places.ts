import { namesIn } from "./disk.ts";

/** Where everything lies on the small host, the same on every disk. */

export const VOLUME = "/srv/db";
export const BACKUP = "/srv/db.bak";
export const ABORTED = "/srv/db.aborted";
export const STATE = "/srv/db.pgladder";
export const JOURNAL = `${STATE}/journal.json`;

export const CONTAINER = "db";
export const UNIT = "podman-db.service";
export const APPLICATION = "app.service";
export const TIMER = "podman-prune.timer";

export const UNIT_FILE = `/etc/systemd/system/${UNIT}`;
export const dropInOf = (unit: string) =>
  `/etc/systemd/system.control/${unit}.d/90-pgladder.conf`;

/** What of the host is on the disk under test, bound over the real places. */
export const BOUND = [
  ["/srv/host/etc-systemd", "/etc/systemd"],
  ["/srv/host/var-lib", "/var/lib"],
] as const;

let mounted = false;

/** Whether a file system of its own is mounted at the volume. */
export const isMounted = () => mounted;

export function setMounted(is: boolean): void {
  mounted = is;
}

/** What a run keeps in such a volume. */
function within(ending: string): string {
  const name = namesIn(VOLUME).find((it) =>
    /^pgladder-.*\./.test(it) && it.endsWith(ending)
  );
  return `${VOLUME}/${name ?? `none${ending}`}`;
}

export const backup = () => mounted ? within(".bak") : BACKUP;
export const aborted = () => mounted ? within(".aborted") : ABORTED;
/** Where the dump is made, and the new cluster. */
export const work = () => mounted ? within(".new") : STATE;

export const isOnDisk = (path: string) =>
  /^\/(srv|etc\/systemd|var\/lib)(\/|$)/.test(path);
