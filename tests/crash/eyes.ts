import { baseOf, isComplete, versionOf } from "../fake/cluster.ts";
import { below, type FakeDirectory } from "../fake/disk.ts";
import type { World } from "../fake/world.ts";
import { elsewhereOf, pathOf } from "./obstacles.ts";

/**
 * What must hold at every instant, seen with eyes of its own: nothing here
 * knows the program under test but the words of its journal.
 */
export class Eyes {
  #known: Place | { path: ""; copy: undefined } = { path: "", copy: undefined };
  #journal: unknown;
  #confirmed: number | undefined;
  #turnedUp: number | undefined;
  /** The inode of what stood at the volume's path before. */
  readonly #aside: number | undefined;
  /** A person has agreed to a loss in this life. */
  consent = false;

  readonly #path: string;

  constructor(readonly world: World) {
    this.#path = `${world.beside}.pgladder/journal.json`;
    this.#aside = world.disk.at(world.volume)?.inode;
    world.watch = () => this.look();
  }

  look() {
    this.#readJournal();
    this.#seekAside();
    const { acknowledged } = this.world.applications;
    const { path, copy } = this.#known;
    // Only what can be reached by a name is a copy.
    if (
      copy !== undefined && this.world.disk.at(path) === copy &&
      holds(copy, acknowledged)
    ) return;
    const found = clustersOn(this.world)
      .find((cluster) => holds(cluster.copy, acknowledged));
    this.#known = found ?? { path: "", copy: undefined };
    if (found === undefined) {
      this.world.violated("I1", "no complete copy of all acknowledged rows");
    }
  }

  /** What a lost cluster takes the place of is never dropped. */
  #seekAside() {
    const { disk } = this.world;
    if (disk.lost === undefined) return;
    const srv = disk.directoryAt("/srv")?.entries.values() ?? [];
    if ([...srv].some(({ inode }) => inode === this.#aside)) return;
    this.world.violated("I1", "the cluster that went aside is gone");
  }

  /** A confirmed loss is no loss of pgladder's; I5: it can be read at any time. */
  #readJournal() {
    const node = this.world.disk.at(
      `${this.world.beside}.pgladder/journal.json`,
    );
    const content = node?.kind === "file" ? node.content : undefined;
    if (content === this.#journal) return;
    this.#journal = content;
    if (typeof content !== "string") return;
    if (!content.startsWith("{") || !content.endsWith("]\n}\n")) {
      this.world.violated("I5", "the journal cannot be read");
      return;
    }
    const confirmed = count(content, '"type":"loss-confirmed"');
    const turnedUp = count(content, '"type":"run-turned-up"');
    if (confirmed > (this.#confirmed ?? confirmed)) this.#giveUp();
    if (turnedUp > (this.#turnedUp ?? turnedUp)) {
      this.world.applications.takeBack();
    }
    this.#confirmed = confirmed;
    this.#turnedUp = turnedUp;
  }

  #giveUp() {
    if (!this.consent) {
      this.world.violated("I3", "a loss was confirmed that nobody agreed to");
      return;
    }
    const { applications, disk } = this.world;
    const old = disk.directoryAt(pathOf(this.world, ".bak")) ??
      // A way back does not need what was only read.
      (disk.lost && disk.directoryAt(elsewhereOf(this.world)));
    const kept = !old ? [] : baseOf(old)?.rows ?? [];
    applications.giveUp(
      applications.acknowledged.filter((row) => !kept.includes(row)),
    );
  }
}

/** Often asked, so it makes no arrays. */
function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    found += 1;
  }
  return found;
}

function holds(cluster: FakeDirectory, rows: readonly number[]): boolean {
  if (!isComplete(cluster)) return false;
  const held = baseOf(cluster)?.rows ?? [];
  return rows.every((row) => held.includes(row));
}

interface Place {
  readonly path: string;
  readonly copy: FakeDirectory;
}

/** Every directory beside the volume, and below it, that may be a cluster. */
export function clustersOn(world: World): Place[] {
  const found: Place[] = [];
  const consider = (within: string, levels: number) => {
    const directory = world.disk.directoryAt(within);
    for (const [name, child] of directory?.entries ?? []) {
      if (child.kind !== "directory") continue;
      const path = `${within}/${name}`;
      if (child.entries.has("PG_VERSION")) found.push({ path, copy: child });
      const deeper = below(child, "18/docker");
      if (deeper?.kind === "directory") {
        found.push({ path: `${path}/18/docker`, copy: deeper });
      }
      if (levels > 1) consider(path, levels - 1);
    }
  };
  consider("/srv", world.volumeName ?? world.disk.lost ? 3 : 2);
  const { mountPoint } = world.disk;
  if (mountPoint !== undefined) {
    consider(mountPoint, 3);
    for (const aside of [".bak", ".pgladder/staging"]) {
      const copy = inPieces(world, mountPoint, aside);
      if (copy !== undefined) found.push({ path: mountPoint, copy });
    }
  }
  return found;
}

/**
 * While its entries are moved between the volume and a directory in it, a
 * cluster is what both hold of it: of each name the one that is no
 * placeholder's.
 */
export function inPieces(
  world: World,
  mountPoint: string,
  where = ".bak",
): FakeDirectory | undefined {
  const inside = world.disk.directoryAt(mountPoint);
  const aside = world.disk.directoryAt(pathOf(world, where));
  if (inside === undefined || aside === undefined) return undefined;
  const has = (directory: FakeDirectory) =>
    /^\d+$/.test(versionOf(directory) ?? "");
  const [first, second] = has(inside) ? [inside, aside] : [aside, inside];
  return {
    ...first,
    entries: new Map([...second.entries, ...first.entries]),
    onDisk: undefined,
  };
}
