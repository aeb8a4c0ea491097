import type { Entry, Fact } from "../../journal/fact.ts";
import { fold } from "../../journal/fold.ts";
import type { Plan } from "../../journal/plan.ts";
import type { ControlFile } from "../../lib/port/clusters.ts";
import type { DirectoryUser } from "../../lib/port/files.ts";
import { type Status, statusOf } from "../../lib/report/status.ts";
import { MemoryFiles } from "./files.ts";
import { SecondsClock } from "./memory.ts";
import { samplePlan } from "./plan.ts";
import { portsOf } from "./ports.ts";
import { BUILT } from "./story.ts";
import { contextOf } from "../../lib/run/context.ts";

/** Where the clusters lie, and whether a server is at work on the volume. */
export interface Standing {
  /** Inodes by path; the old data have 1001, the new ones 2002. */
  readonly inodes: Readonly<Record<string, string>>;
  /** PG_VERSION by data directory. */
  readonly clusters: Readonly<Record<string, string>>;
  readonly serving: boolean;
  /** The control file of the cluster in the volume, where it can be read. */
  readonly control?: ControlFile;
  /** Other files, by path. */
  readonly texts?: Readonly<Record<string, string>>;
}

const OLD = samplePlan().volume.inode;
const NEW = BUILT["inode"] ?? "";

/** The host as it stands at each stage of an upgrade from 15 to 17. */
export const STANDINGS = {
  untouched: {
    inodes: { "/srv/pleroma-db": OLD },
    clusters: { "/srv/pleroma-db/": "15" },
    serving: true,
  },
  closed: {
    inodes: { "/srv/pleroma-db": "3003", "/srv/pleroma-db.bak": OLD },
    clusters: { "/srv/pleroma-db.bak/": "15" },
    serving: false,
  },
  swapped: {
    inodes: { "/srv/pleroma-db": NEW, "/srv/pleroma-db.bak": OLD },
    clusters: { "/srv/pleroma-db/": "17", "/srv/pleroma-db.bak/": "15" },
    serving: false,
  },
  upgraded: {
    inodes: { "/srv/pleroma-db": NEW, "/srv/pleroma-db.bak": OLD },
    clusters: { "/srv/pleroma-db/": "17", "/srv/pleroma-db.bak/": "15" },
    serving: true,
  },
  kept: {
    inodes: { "/srv/pleroma-db": OLD, "/srv/pleroma-db.aborted": NEW },
    clusters: { "/srv/pleroma-db/": "15" },
    serving: true,
  },
  /** The new data are somewhere else; the old ones lack what those took. */
  moved: {
    inodes: { "/srv/pleroma-db.bak": OLD },
    clusters: { "/srv/pleroma-db.bak/": "15" },
    serving: false,
  },
  gone: { inodes: {}, clusters: {}, serving: false },
} as const satisfies Record<string, Standing>;

/** The status of a run with these facts on such a host; a second a fact. */
export function statusAfter(
  facts: readonly Fact[],
  standing: Standing,
  options: { plan?: Plan; entries?: readonly Entry[] } = {},
): Promise<Status> {
  const { plan = samplePlan() } = options;
  const clock = new SecondsClock();
  const entries = options.entries ??
    facts.map((fact, seq) => ({ seq, ...clock.now(), fact }));
  const files = new MemoryFiles(standing.texts);
  for (const [path, inode] of Object.entries(standing.inodes)) {
    files.put(`${path}/`, "", inode);
  }
  const server: DirectoryUser = {
    pid: 4711,
    name: "postgres",
    container: "c0".repeat(32),
    working: true,
  };
  const versions: Readonly<Record<string, string>> = standing.clusters;
  const ports = portsOf({
    files: Object.assign(files, {
      usersOf: () => Promise.resolve(standing.serving ? [server] : []),
    }),
    clusters: {
      look(path) {
        const version = versions[path] ?? versions[`${path}/`];
        const own = path.startsWith(`${plan.volume.path}/`) ||
          path === plan.volume.path;
        return Promise.resolve(
          version === undefined ? undefined : {
            version,
            control: own ? standing.control : undefined,
            configuration: "",
            server: "",
          },
        );
      },
    },
  });
  const journal = `${plan.state.path}/journal.json`;
  const context = { ...contextOf(plan, ports), state: fold(facts) };
  return statusOf(context, entries, journal);
}
