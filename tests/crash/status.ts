import * as v from "valibot";
import { baseOf, isComplete } from "../fake/cluster.ts";
import type { World } from "../fake/world.ts";
import { inPieces } from "./eyes.ts";
import { live } from "./life.ts";
import { elsewhereOf } from "./obstacles.ts";

const StatusSchema = v.looseObject({
  database: v.looseObject({
    serving: v.boolean(),
    volume: v.string(),
    words: v.string(),
  }),
});

/** What `status` says must be so: where all rows are, and whether it serves. */
export async function askStatus(world: World, moves: readonly string[]) {
  if (world.disk.at(`${world.beside}.pgladder/journal.json`) === undefined) {
    return;
  }
  const ending = await live(world, ["status", "db", "--json"]);
  const status = v.safeParse(
    v.pipe(v.string(), v.parseJson(), StatusSchema),
    ending.printed,
  );
  if (ending.code !== 0 || !status.success) {
    // Without pointer and container only the volume's path leads there.
    const pointers = world.disk.directoryAt("/var/lib/pgladder/runs")?.entries;
    if (ending.code === 3 || (ending.code === 1 && !pointers?.size)) return;
    world.violated("I1", `status ends with ${ending.code}: ${ending.words}`);
    return;
  }
  const { serving, volume, words } = status.output.database;
  if (/ cannot be seen there: look before /.test(words)) {
    // Said only where somebody has moved what the run left.
    if (!world.disk.at(elsewhereOf(world))) {
      world.violated("I1", `status does not find "${volume}"`);
    }
  } else if (!moves.some(isBehindItsBack) && !holdsAll(world, volume)) {
    world.violated("I1", `status names "${volume}", where not all rows are`);
  }
  if (serving !== serves(world)) {
    world.violated("I1", `status says that it serves: ${serving}`);
  }
}

/** It tells where the run left all rows, not who wrote more elsewhere since. */
const isBehindItsBack = (move: string) => move.startsWith(".bak by hand");

function places(world: Pick<World, "disk">, volume: string) {
  return [volume, `${volume}/18/docker`]
    .map((path) => world.disk.directoryAt(path))
    .filter((directory) => directory !== undefined);
}

/** And what the volume and `.bak` hold together, while it is moved. */
function placesOf(world: World, volume: string) {
  const pieces = volume === world.disk.mountPoint
    ? inPieces(world, volume)
    : undefined;
  return [...places(world, volume), ...pieces === undefined ? [] : [pieces]];
}

const isEmptyOwn = ({ disk, volume }: World) =>
  disk.lost !== undefined &&
  places({ disk }, volume).some((it) => baseOf(it)?.rows.length === 0);

function holdsAll(world: World, volume: string): boolean {
  // What serves before the run has begun is told as what serves.
  if (volume === world.volume && isEmptyOwn(world)) return true;
  const { acknowledged } = world.applications;
  return placesOf(world, volume).some((directory) => {
    const rows = baseOf(directory)?.rows ?? [];
    return isComplete(directory) &&
      acknowledged.every((row) => rows.includes(row));
  });
}

/** A server is at work at the volume's path: jobs serve elsewhere, in private. */
function serves(world: World): boolean {
  const directories = places(world, world.volume);
  return world.runtime.running().some(({ process }) =>
    process?.kind === "server" && process.data !== undefined &&
    directories.includes(process.data)
  );
}
