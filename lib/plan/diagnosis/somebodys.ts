import { dirname, join } from "@std/path";
import type { Ports } from "../../port/ports.ts";
import { otherServersOn } from "../../run/other_servers.ts";
import { stateDirectoryOf } from "../../run/paths.ts";
import type { KnownCluster } from "./diagnosis.ts";

/** What is not mounted, and in which a server works, is neither lost nor left. */
export async function withUsers(
  clusters: readonly KnownCluster[],
  name: string,
  ports: Ports,
): Promise<readonly KnownCluster[]> {
  return await Promise.all(clusters.map(async (it) => {
    if (it.from === "mounted") return it;
    const others = await otherServersOn(it.path, name, ports);
    return others.length === 0
      ? it
      : { ...it, others, harmless: "in use" as const };
  }));
}

/**
 * Of one cluster there may be clones that serve: one that was upgraded in its
 * place, or that a unit names, was not left by an upgrade of another one.
 */
export async function isSomebodys(
  { path }: Pick<KnownCluster, "path">,
  { files }: Pick<Ports, "files">,
): Promise<boolean> {
  for (const at of [path, dirname(path)]) {
    if (await files.look(stateDirectoryOf(at)) !== undefined) return true;
  }
  return await isNamed(path, files);
}

/** Where people and generators write units. */
const UNITS = [
  "/etc/containers/systemd",
  "/usr/share/containers/systemd",
  "/etc/systemd/system",
];
const [FILES_MAX, BYTES_MAX] = [300, 64 * 1024];

async function isNamed(path: string, files: Ports["files"]): Promise<boolean> {
  const names = [path, dirname(path)].filter((it) => it.split("/").length > 2);
  const place = new RegExp(
    `(${names.map((it) => RegExp.escape(it)).join("|")})/?(?=[:\\s"',]|$)`,
    "m",
  );
  for (const directory of UNITS) {
    const found = (await files.list(directory) ?? [])
      .filter((it) => /\.(container|service|volume|kube|yaml)$/.test(it));
    for (const it of found.slice(0, FILES_MAX)) {
      const text = await files.readSmall(join(directory, it), BYTES_MAX);
      if (text !== undefined && place.test(text)) return true;
    }
  }
  return false;
}
