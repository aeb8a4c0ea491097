import { sha256 } from "../../../journal/sha256.ts";
import type { Ports } from "../../port/ports.ts";

/** A unit's file is a page or two; in bytes. */
const UNIT_MAX = 1024 * 1024;
const UNITS = "/etc/systemd/system";

/**
 * The units that a rebuild would change as the configuration is now: it says
 * something else than what the host was built of. By checksums of their texts.
 */
export async function pendingUnits(
  units: Readonly<Record<string, string>>,
  { files }: Pick<Ports, "files">,
): Promise<readonly string[]> {
  const pending: string[] = [];
  for (const [name, wanted] of Object.entries(units)) {
    if (wanted === "") continue;
    // NixOS writes a drop-in for a unit that a package brings.
    const paths = [`${UNITS}/${name}`, `${UNITS}/${name}.d/overrides.conf`];
    const texts = await Promise.all(
      paths.map((path) => files.readSmall(path, UNIT_MAX)),
    );
    const isThere = texts.some((text) =>
      text !== undefined && sha256(text) === wanted
    );
    if (!isThere) pending.push(name);
  }
  return pending;
}
