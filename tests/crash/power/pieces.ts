import { inodeOf, namesIn, textAt } from "./host/disk.ts";
import { backup, isMounted, VOLUME, work } from "./host/places.ts";
import { type HostState, placeOf } from "./host/state.ts";

/** Clusters in a volume whose own name cannot move. */

/**
 * While its entries are moved, a cluster is what the volume and a directory in
 * it hold together: a directory of links to both.
 */
export function inPieces<T>(look: (data: string) => T, aside = backup()): T {
  const place = Deno.makeTempDirSync({ dir: "/dev/shm" });
  try {
    for (const directory of [aside, VOLUME]) {
      for (const name of namesIn(directory)) {
        const path = `${directory}/${name}`;
        const isOurs = name.startsWith("pgladder-") ||
          name === "PG_VERSION" && !/^\d/.test(textAt(path) ?? "");
        if (isOurs || inodeOf(`${place}/${name}`) !== undefined) continue;
        Deno.symlinkSync(path, `${place}/${name}`);
      }
    }
    return look(place);
  } finally {
    Deno.removeSync(place, { recursive: true });
  }
}

/** What in a directory shows which cluster it is: itself, or one of its names. */
export function knownBy(
  directory: string,
  version: number,
): string | undefined {
  const name = placeOf(version).split("/")[1] ?? "PG_VERSION";
  return inodeOf(isMounted() ? `${directory}/${name}` : directory);
}

/** Of the old cluster, or of the new one. */
export function somePieces(
  { from, to }: Pick<HostState, "from" | "to">,
  look: (data: string) => boolean,
): boolean {
  return [backup(), `${work()}/staging`].some((aside) =>
    [from, to].some((version) =>
      inPieces((data) => look(data + placeOf(version)), aside)
    )
  );
}
