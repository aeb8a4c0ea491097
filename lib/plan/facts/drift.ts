import { isAbsolute, join, relative } from "@std/path";
import { placesBelow } from "../diagnosis/clusters.ts";
import { after } from "../../base/timer.ts";
import { unitOf } from "./unit.ts";
import type { Clusters } from "../../port/clusters.ts";
import type {
  Container,
  ImageFacts,
  Inspected,
} from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { RunLine } from "../../configuration/run_line/run_line.ts";
import { runLineOf } from "../../configuration/would_run.ts";

/**
 * The container that runs, the configuration and the volume: do they agree?
 * Somebody rebuilds, a tag is reverted, a generation is rolled back, and the
 * next start would fail, or serve an empty cluster.
 */
export interface Drift {
  /** A phrase: what is not as something else is. */
  readonly found: string;
  /** A sentence: what to do. */
  readonly remedy: string;
  /** The next start would not serve these data. */
  readonly grave: boolean;
}

/** A cluster somewhere below a volume. */
interface Place {
  /** The path from the volume's root. */
  readonly path: string;
  readonly major: number;
}

interface Asked {
  readonly container: string;
  /** Found by the container's name where it is not given. */
  readonly unit?: string;
  /** The image that the unit is likely to name, where one is known. */
  readonly expected?: string | undefined;
}

/** Answers of a moment ago, for who has them: each costs a process. */
export interface Known {
  readonly container: Container | undefined;
  readonly runLine: RunLine | undefined;
  /** That the line names. */
  readonly image: ImageFacts | undefined;
}

/** What disagrees at this moment; none where too little can be read. */
export async function driftsOf(
  { container: name, unit, expected }: Asked & { readonly unit: string },
  ports: Ports,
  known?: Known,
): Promise<readonly Drift[]> {
  const { clusters, files } = ports;
  const { runLine: line, container, image } = known ??
    await know({ container: name, unit, expected }, ports);
  if (line === undefined) return [];
  const major = Number(image?.env["PG_MAJOR"]);
  if (image === undefined || !Number.isInteger(major)) return [];
  const pgdata = line.env["PGDATA"] ?? image.env["PGDATA"] ?? "/none";
  const would = `${unit} would run ${line.image.text} (PostgreSQL ${major})`;
  for (const { mountPath, source } of mountsOf(line, pgdata)) {
    const found = await placesIn(source, { clusters, files });
    const [first] = found;
    if (first === undefined) continue;
    const wanted = relative(mountPath, pgdata);
    const at = found.find(({ path }) => path === wanted);
    if (at === undefined) {
      const place = wanted.startsWith("..")
        ? `${pgdata}, which is not in the volume`
        : `"${join(source, wanted)}"`;
      return [{
        found:
          `${would}, which looks for its data in ${place}, but the cluster of ${first.major} is in "${
            join(source, first.path)
          }": it would make an empty one`,
        remedy:
          `Do not start it: name an image of PostgreSQL ${first.major} and its mount in the configuration again, then type "${await loading(
            files,
          )}"`,
        grave: true,
      }];
    }
    if (at.major !== major) {
      return [{
        found:
          `${would}, but "${source}" holds a cluster of ${at.major}, on which that does not start`,
        remedy:
          `Name an image of PostgreSQL ${at.major} in the configuration again, then type "${await loading(
            files,
          )}"`,
        grave: true,
      }];
    }
  }
  if (!container?.running || container.imageId === image.id) return [];
  const short = (id: string) => id.slice(0, 12);
  return [{
    found: `"${name}" runs ${container.image} (${
      short(container.imageId)
    }), but ${unit} would run ${line.image.text} (${short(image.id)})`,
    remedy: `Restart ${unit}, or put the configuration back`,
    grave: false,
  }];
}

/** What has systemd know the configuration as it then is. */
const loading = async (files: Ports["files"]) =>
  await files.look("/etc/NIXOS") === undefined
    ? "systemctl daemon-reload"
    : "nixos-rebuild switch";

/** All at once, as an operator waits for this. */
async function know(
  { container: name, unit, expected }: Asked & { readonly unit: string },
  ports: Ports,
): Promise<Known> {
  const { containers } = ports;
  // The slowest first.
  const [{ container, image }, runLine] = await Promise.all([
    expected === undefined
      ? inspectAlone(name, containers)
      : containers.inspectBoth(name, expected),
    runLineOf(ports, unit, name),
  ]);
  const named = runLine?.image.text;
  return {
    container,
    runLine,
    image: named === undefined || named === expected
      ? image
      : await containers.image(named),
  };
}

async function inspectAlone(
  name: string,
  containers: Ports["containers"],
): Promise<Inspected> {
  return { container: await containers.inspect(name), image: undefined };
}

/** Where the data may be: what is mounted above PGDATA. */
function mountsOf({ mounts }: RunLine, pgdata: string) {
  return mounts.filter(({ mountPath, source }) => {
    const way = relative(mountPath, pgdata);
    // Mounted too deep, the data would be outside; the volume tells of it.
    const fits = !way.startsWith("..") ||
      !relative("/var/lib/postgresql", mountPath).startsWith("..");
    return isAbsolute(source) && fits;
  });
}

/** Clusters at the places where images look, and one below them. */
async function placesIn(
  volume: string,
  { clusters, files }: {
    readonly clusters: Clusters;
    readonly files: Ports["files"];
  },
): Promise<Place[]> {
  const found: Place[] = [];
  for (const path of await placesBelow(volume, { files })) {
    const cluster = await clusters.look(join(volume, path));
    // A placeholder's version is a sentence.
    if (cluster === undefined || !/^\d+$/.test(cluster.version)) continue;
    found.push({ path, major: Number(cluster.version) });
  }
  return found;
}

/** A host that cannot be asked has nothing to say; and it is not waited for. */
export async function driftsIfAny(
  { container, unit, expected }: Asked,
  ports: Ports,
  { patienceMs = 5000, known }: {
    readonly patienceMs?: number;
    readonly known?: Known;
  } = {},
): Promise<readonly Drift[]> {
  const ask = async () => {
    const name = unit ?? await unitOf(container, ports);
    return name === undefined
      ? []
      : await driftsOf({ container, unit: name, expected }, ports, known);
  };
  const found = ask().catch(() => []);
  const late = Promise.withResolvers<readonly Drift[]>();
  const callOff = after(patienceMs, () => late.resolve([]));
  const seen = await Promise.race([found, late.promise]);
  callOff();
  return seen;
}
