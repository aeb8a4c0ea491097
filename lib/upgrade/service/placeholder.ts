import { join } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import type { RunContext } from "../../run/context.ts";
import type { Ports } from "../../port/ports.ts";

/**
 * The placeholder stands in the volume's place while it is closed. Its `PG_VERSION`
 * holds a sentence instead of a number: the entrypoint of every postgres image
 * then skips the initialisation (the file is there), and the server refuses to
 * start (it is no number). So nothing that starts by mistake is ever served
 * an empty database. The sentence stands wherever the old or the new image
 * looks.
 */
export function placeholderText(plan: Plan): string {
  return `Closed by pgladder, run ${plan.run}: the data is safe in ${plan.backup} until "pgladder resume ${plan.container}" or "pgladder rollback ${plan.container}"\n`;
}

/** The tombstone at the old place in a volume whose new cluster lies elsewhere. */
export function tombstoneText(plan: Plan): string {
  return `PostgreSQL ${plan.to.major} lies in "${plan.to.cluster}" of this volume: start the new image (pgladder, run ${plan.run})\n`;
}

/** Where the tombstone stands below the volume's root; undefined: none needed. */
export function tombstonePlace(plan: Plan): string | undefined {
  return plan.from.cluster === plan.to.cluster ? undefined : plan.from.cluster;
}

/** The tombstone for a job's script, which lays it. */
export function tombstoneEnv(plan: Plan): Readonly<Record<string, string>> {
  const place = tombstonePlace(plan);
  return place === undefined ? {} : {
    PGLADDER_TOMBSTONE: place || ".",
    PGLADDER_TOMBSTONE_TEXT: tombstoneText(plan).trim(),
  };
}

function placeholderFiles(plan: Plan): readonly string[] {
  const { found } = plan.unserved ?? {};
  const places = ["", plan.from.cluster, plan.to.cluster];
  return [...new Set([...places, ...found ? [found.cluster] : []])]
    .map((place) => join(place, "PG_VERSION"));
}

/** The names in the volume's root that the placeholder takes. */
export function placeholderNames(plan: Plan): readonly string[] {
  return [...new Set(placeholderFiles(plan).map(topOf))];
}

const topOf = (path: string) => path.split("/")[0] ?? "";

/** Under that name of a directory stands the placeholder's part, and no cluster's. */
export async function isPlaceholderAt(
  { plan, ports: { files } }: RunContext<"files">,
  directory: string,
  name: string,
): Promise<boolean> {
  const parts = placeholderFiles(plan).filter((file) => topOf(file) === name);
  if (parts.length === 0) return false;
  for (const file of parts) {
    if (!await says(plan, files, join(directory, file))) return false;
  }
  return true;
}

/** A file of a container's user may be anything. */
async function says(plan: Plan, files: Ports["files"], path: string) {
  const text = placeholderText(plan);
  const most = new TextEncoder().encode(text).length;
  return await files.readSmall(path, most) === text;
}

/** Makes the placeholder in the run's own directory; what a dead process left is replaced. */
export async function makePlaceholder(
  { names, plan, ports: { files } }: RunContext,
): Promise<string> {
  const { placeholder, volume } = names;
  await files.remove(placeholder);
  await files.makeDirectory(placeholder, { uid: 0, gid: 0, mode: 0o755 });
  // What a container may not read would be no placeholder to it.
  if (await files.look(volume) !== undefined) {
    await files.makeAlike(placeholder, volume, "label");
  }
  for (const file of placeholderFiles(plan)) {
    let path = placeholder;
    for (const part of file.split("/").slice(0, -1)) {
      path = join(path, part);
      if (await files.look(path) === undefined) {
        await files.makeDirectory(path, { uid: 0, gid: 0, mode: 0o755 });
      }
    }
    await files.writeText(
      join(placeholder, file),
      placeholderText(plan),
      0o644,
    );
  }
  return placeholder;
}

/** This run's placeholder stands there: its sentence names the run. */
export async function isPlaceholder(
  { plan, ports: { files } }: RunContext<"files">,
  path: string,
): Promise<boolean> {
  if ((await files.look(path))?.kind !== "directory") return false;
  for (const file of placeholderFiles(plan)) {
    if (await files.readText(join(path, file)) !== placeholderText(plan)) {
      return false;
    }
  }
  return true;
}
