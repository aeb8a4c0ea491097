import * as v from "valibot";
import type {
  NamedVolumeFacts,
  VolumeFacts,
  VolumePin,
} from "../port/containers.ts";
import { ISOLATED, UNLABELLED } from "./container_arguments.ts";

/** Docker has no field for an anonymous volume, but a label. */
const ANONYMOUS = "com.docker.volume.anonymous";

const Table = v.optional(v.nullable(v.record(v.string(), v.string())), {});

const InspectedVolume = v.object({
  Driver: v.string(),
  Mountpoint: v.string(),
  Options: Table,
  Labels: Table,
  Anonymous: v.optional(v.boolean(), false),
});

/** The same of several, each with its name. */
export function namedVolumeOf(printed: unknown): NamedVolumeFacts | undefined {
  const facts = volumeOf(printed);
  const named = v.safeParse(
    v.object({ Name: v.string(), Labels: Table }),
    printed,
  );
  if (facts === undefined || !named.success) return undefined;
  const { Labels, Name } = named.output;
  return { ...facts, name: Name, labels: Labels ?? {} };
}

/** What `volume inspect` printed of one; undefined where it cannot be read. */
export function volumeOf(printed: unknown): VolumeFacts | undefined {
  const result = v.safeParse(InspectedVolume, printed);
  if (!result.success) return undefined;
  const { Anonymous, Driver, Labels, Mountpoint, Options } = result.output;
  return {
    path: Mountpoint,
    plain: Driver === "local" && Object.keys(Options ?? {}).length === 0,
    anonymous: Anonymous || ANONYMOUS in (Labels ?? {}),
    ...boundOf(Driver, Options ?? {}),
  };
}

/** `type: none, o: bind, device: /DIR`, and nothing else that mounts. */
function boundOf(
  driver: string,
  { device = "", o = "", type = "", ...more }: Record<string, string>,
): Pick<VolumeFacts, "device"> {
  const words = o.split(",");
  const isBound = driver === "local" && Object.keys(more).length === 0 &&
    ["none", "", "bind"].includes(type) && device.startsWith("/") &&
    words.some((word) => word === "bind" || word === "rbind") &&
    words.every((word) => ["bind", "rbind", "rw"].includes(word));
  return isBound ? { device } : {};
}

/** Bash is in every postgres image, and ends at once when it is asked to. */
const IDLE = "trap exit TERM; while :; do sleep 3600 & wait; done";

/** Options, image and command of a container that only has a volume. */
export function pinArguments(
  { image, labels, name, volume }: VolumePin,
): string[] {
  return [
    ...ISOLATED,
    // A volume's label may be one container's alone.
    ...UNLABELLED,
    ...Object.entries(labels).flatMap(([key, it]) => [
      ...["--label", `${key}=${it}`],
    ]),
    ...["--name", name, "--entrypoint", "bash"],
    ...["--volume", `${volume}:/pgladder-volume:ro`],
    ...[image, "-c", IDLE],
  ];
}
