import type { Image } from "../../../journal/plan.ts";
import {
  type ConfigurationRequest,
  type EditPlan,
  findPlace,
} from "../../configuration/find.ts";
import type { EditTarget } from "../../configuration/target.ts";
import { PortError, type Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";

/** A `--switch` that would do it, where nobody has named one. */
export interface Offered {
  readonly switch: "compose" | "quadlet";
  /** A phrase: what it would change. */
  readonly found: string;
}

/**
 * There is nothing to change in files: the name stays, and so does the mount,
 * which may be all that keeps an image from what it is to serve.
 */
export const isNamed = ({ found, named, reference, to }: {
  readonly found: Pick<Image, "inner"> | undefined;
  readonly named: string;
  readonly reference: string;
  readonly to: { readonly image: Pick<Image, "inner"> };
}): boolean =>
  reference === named &&
  (found === undefined || found.inner === to.image.inner);

/** Where the version stands in files: as it was asked for, else as an offer. */
export async function placedFacts(
  { configuration, offers }: {
    readonly configuration?: ConfigurationRequest;
    readonly offers?: boolean;
  },
  target: EditTarget,
  { isSame, unit, unitName }: {
    /** See `isNamed`. */
    readonly isSame: boolean;
    readonly unit: Unit | undefined;
    readonly unitName: string;
  },
  ports: Ports,
): Promise<{ editPlan?: EditPlan; offered?: Offered }> {
  if (isSame) return {};
  if (configuration !== undefined) {
    return {
      editPlan: await findPlace(configuration, target, unitName, ports),
    };
  }
  const kind = unit?.source?.endsWith(".container")
    ? "quadlet"
    : target.maker === undefined
    ? undefined
    : "compose";
  if (!offers || kind === undefined) return {};
  try {
    const asked = { kind, hostname: "" } as const;
    const place = await findPlace(asked, target, unitName, ports);
    return place.kind === "placed"
      ? { offered: { switch: kind, found: place.found } }
      : {};
  } catch (error) {
    // Nobody has asked for it.
    if (!(error instanceof PortError)) throw error;
    return {};
  }
}
