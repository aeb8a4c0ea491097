import { sha256 } from "../../journal/sha256.ts";
import type { Cluster, Clusters, ControlFile } from "../port/clusters.ts";
import { TEXT_MAX } from "../port/files.ts";
import { hasOwnChecksum } from "./control_checksum.ts";
import { PortError } from "../port/ports.ts";
import { attempt } from "./host_error.ts";
import { readPlain } from "./plain_file.ts";

const CONFIGURATION = [
  "postgresql.conf",
  "postgresql.auto.conf",
  "pg_hba.conf",
  "pg_ident.conf",
];

/** DBState of catalog/pg_control.h. */
const STATES: readonly ControlFile["state"][] = [
  "starting up",
  "shut down",
  "shut down in recovery",
  "shutting down",
  "in crash recovery",
  "in archive recovery",
  "in production",
];

/** Versions of the layout, each with what it changed. */
const OLDEST_LAYOUT = 942;
const WITHOUT_PREVIOUS_CHECKPOINT = 1100;
const WITH_FULL_TRANSACTION_ID = 1201;
/** What the server writes is padded to 8 KiB; the fields end long before. */
const SHORTEST = 296;
/** In bytes, of what a server writes of itself: all of it is far shorter. */
const LONGEST = 64 * 1024;

/** Clusters in directories of this machine. */
export class ClusterFiles implements Clusters {
  look(dataDirectory: string): Promise<Cluster | undefined> {
    return attempt(() => {
      const version = contentOf(`${dataDirectory}/PG_VERSION`);
      if (version === undefined) return undefined;
      const control = wholeControl(dataDirectory);
      return {
        version: new TextDecoder().decode(version).split("\n")[0] ?? "",
        control: control === undefined ? undefined : parseControl(control),
        server: serverOf(dataDirectory),
      };
    });
  }

  configuration(dataDirectory: string): Promise<string> {
    return attempt(() => configurationOf(dataDirectory));
  }
}

/**
 * A server may be writing it, and on some file systems half of that is read:
 * so what its checksum does not fit is read again, as PostgreSQL's own programs
 * do, until it fits or no longer changes.
 */
function wholeControl(dataDirectory: string): Uint8Array | undefined {
  const path = `${dataDirectory}/global/pg_control`;
  let seen = contentOf(path);
  for (let look = 1; seen !== undefined && look < LOOKS; look++) {
    if (hasOwnChecksum(seen)) break;
    Atomics.wait(NOBODY, 0, 0, PAUSE_MS);
    const again = contentOf(path);
    if (again !== undefined && sha256(again) === sha256(seen)) break;
    seen = again;
  }
  return seen;
}

const [LOOKS, PAUSE_MS] = [10, 10];
const NOBODY = new Int32Array(new SharedArrayBuffer(4));

/**
 * Of a link where it leads to, of a pipe nothing: who owns the directory is
 * not root, and may not have root read or wait for other things.
 */
function contentOf(path: string, most = LONGEST): Uint8Array | undefined {
  const found = readPlain(path, { most, links: false });
  if (found?.kind === "link") return new TextEncoder().encode(found.target);
  if (found?.kind === "refused") throw new PortError(`'${path}' ${found.why}`);
  return found?.kind === "file" ? found.bytes : undefined;
}

/**
 * ControlFileData of catalog/pg_control.h, on little-endian machines:
 *
 *     0 system_identifier uint64    24 time int64
 *     8 pg_control_version uint32   32 checkPoint uint64
 *    12 catalog_version_no uint32   40 checkPointCopy (before 11: at 48)
 *    16 state uint32
 */
export function parseControl(bytes: Uint8Array): ControlFile | undefined {
  if (bytes.length < SHORTEST) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layout = view.getUint32(8, true);
  if (layout < OLDEST_LAYOUT || !hasOwnChecksum(bytes)) return undefined;
  return {
    systemIdentifier: view.getBigUint64(0, true).toString(),
    state: STATES[view.getUint32(16, true)] ?? "unknown",
    checkpoint: location(view.getBigUint64(32, true)),
    nextXid: nextXidOf(view, layout).toString(),
    written: Number(view.getBigInt64(24, true)),
    // Only when it is asked for: most looks want the rest.
    get sha256() {
      return sha256(bytes);
    },
  };
}

/** In CheckPoint at 24; before 12 its epoch was a field of its own at 20. */
function nextXidOf(view: DataView, layout: number): bigint {
  const copy = layout < WITHOUT_PREVIOUS_CHECKPOINT ? 48 : 40;
  if (layout >= WITH_FULL_TRANSACTION_ID) {
    return view.getBigUint64(copy + 24, true);
  }
  const epoch = view.getUint32(copy + 20, true);
  return (BigInt(epoch) << 32n) + BigInt(view.getUint32(copy + 24, true));
}

/** As PostgreSQL prints it: two halves in hexadecimal. */
function location(lsn: bigint): string {
  const high = (lsn >> 32n).toString(16);
  const low = (lsn & 0xffffffffn).toString(16);
  return `${high}/${low}`.toUpperCase();
}

/**
 * The eighth line, LOCK_FILE_LINE_PM_STATUS of utils/pidfile.h. What is no
 * plain file, or far longer than a server's, no server has said.
 */
function serverOf(dataDirectory: string): string {
  const path = `${dataDirectory}/postmaster.pid`;
  const found = readPlain(path, { most: LONGEST, links: false });
  if (found?.kind !== "file") return "";
  return new TextDecoder().decode(found.bytes).split("\n")[7]?.trim() ?? "";
}

function configurationOf(dataDirectory: string): string {
  const parts: (string | Uint8Array)[] = [];
  for (const name of CONFIGURATION) {
    const content = contentOf(`${dataDirectory}/${name}`, TEXT_MAX);
    if (content === undefined) continue;
    // With its length, so that no two sets of files run into the same text.
    parts.push(`${name}\0${content.length}\0`, content);
  }
  return sha256(...parts);
}
