import * as v from "valibot";
import { METHODS } from "./step_id.ts";

/**
 * Everything that a run decides is decided once and stands in its plan, so
 * that a process that comes later has nothing to find out again. System
 * identifiers, inodes and log positions are strings: JSON numbers would lose
 * their digits.
 */

const text = v.pipe(v.string(), v.minLength(1));
const absolutePath = v.pipe(v.string(), v.regex(/^\//));
/** As the option `--restart` is written. */
const restart = v.pipe(v.string(), v.regex(/^[a-z-]+(:\d+)?$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const ImageSchema = v.strictObject({
  /** As the unit names it, for example "docker.io/library/postgres:15". */
  reference: text,
  /** The runtime's own identifier of the image, without "sha256:". */
  id: text,
  /** The registry's digest, or "" for an image that came from no registry. */
  digest: v.string(),
  /** What its `postgres --version` says, for example "15.18". */
  version: text,
  major: count,
  /** PGDATA as the server in the container sees it. */
  pgdata: absolutePath,
  /** Where the volume is mounted in the container. */
  inner: absolutePath,
  /** The data directory below the volume's root: "" or, say, "18/docker". */
  cluster: v.string(),
  /** The user and group that the image's server runs as. */
  uid: count,
  gid: count,
});

export type Image = v.InferOutput<typeof ImageSchema>;

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Values in a file of text that change, and not one other byte. */
export const ChangeSchema = v.strictObject({
  /** No link: what links led to. */
  file: absolutePath,
  /** sha256 of the whole file, before and after. */
  before: sha256,
  after: sha256,
  /** Offsets of the text before, in UTF-16 units. */
  edits: v.array(v.strictObject({
    start: count,
    end: count,
    old: v.string(),
    new: v.string(),
  })),
});

export type Change = v.InferOutput<typeof ChangeSchema>;

/** How the configuration comes to name the new image. */
export const SwitchSchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("manual") }),
  /** The name stays, and stands for another image. */
  v.strictObject({ kind: v.literal("tag") }),
  /** It named the new image before the run began. */
  v.strictObject({ kind: v.literal("none") }),
  /** A plain unit file whose `ExecStart=` names the image. */
  v.strictObject({ kind: v.literal("unit"), file: absolutePath }),
  /** The operator's own program; it is told the direction. */
  v.strictObject({ kind: v.literal("command"), command: text }),
  /** Values in the files of a NixOS configuration, and a rebuild. */
  v.strictObject({
    kind: v.literal("nixos"),
    changes: v.array(ChangeSchema),
    rebuild: text,
    /** The git working tree that they lie in, where it was clean, or "". */
    git: v.string(),
  }),
  /** Values in the files that podman's generator makes the unit of. */
  v.strictObject({
    kind: v.literal("quadlet"),
    changes: v.array(ChangeSchema),
  }),
  /** Values in the files of a compose project. */
  v.strictObject({
    kind: v.literal("compose"),
    changes: v.array(ChangeSchema),
    /** Makes the container again, where no unit brings the project up. */
    rebuild: v.optional(text),
  }),
]);

/** The compose project that made a container, by the labels that it wrote. */
export const MakerSchema = v.strictObject({
  tool: v.picklist(["docker compose", "podman-compose"]),
  project: text,
  service: text,
  /** Where relative paths begin. */
  directory: absolutePath,
  /** In the order in which they are read. */
  files: v.array(absolutePath),
  /** Those that `--env-file` named; none: `.env` of the directory. */
  envFiles: v.array(absolutePath),
  /** Of all that compose knew of the service, or "" where it does not say. */
  hash: v.string(),
  /** Services that live in its container: they are made again along with it. */
  along: v.optional(v.array(text)),
});

export type Maker = v.InferOutput<typeof MakerSchema>;

export const PlanSchema = v.strictObject({
  run: v.pipe(v.string(), v.regex(/^[0-9a-z-]+$/)),
  tool: text,
  host: text,
  /** The command line that asked for this run. */
  asked: v.array(v.string()),
  /** The login of the person who asked, where it is known. */
  by: v.optional(text),
  runtime: v.picklist(["podman", "docker"]),
  /** Absolute path of the runtime's program, for the lines of drop-ins. */
  program: absolutePath,
  container: text,
  /** Of systemd; the container's own name where no unit starts it. */
  unit: text,
  /** Of a container that no unit starts: its restart policy, and no other's. */
  restart: v.optional(restart),
  /** No systemd ran the host, so that nothing of it is blocked or held. */
  withoutSystemd: v.optional(v.literal(true)),
  /**
   * Nothing says what the unit would run before it runs: whoever changes that is
   * believed, and then the container is looked at.
   */
  unread: v.optional(v.literal(true)),
  /** Where a compose project made it, whoever starts it. */
  maker: v.optional(MakerSchema),
  method: v.picklist(METHODS),
  /**
   * What was found did not serve. Active: it was started again and again. Found:
   * what the configuration named, where `from` is the version of the data and
   * serves them only to be asked and read; without it, its image could not read
   * the data, and `to` can.
   */
  unserved: v.optional(v.strictObject({
    active: v.boolean(),
    found: v.optional(ImageSchema),
  })),
  /**
   * The data that are upgraded are not those that the container has mounted: its
   * own are put aside and stay, also after a commit. Serves: they were in use.
   */
  lost: v.optional(v.strictObject({
    /** The lost data directory, which stays where it is. */
    path: absolutePath,
    inode: text,
    /** Of the volume that it lies in, which a prune could take. */
    volume: v.optional(text),
    serves: v.boolean(),
  })),
  /**
   * The old image is of another vendor than the new one: what its server reads
   * outside of the data comes along, and where the images lay the data, and
   * whose these are, is another matter on either side (`from` and `to`).
   */
  leaves: v.optional(v.strictObject({
    /** After "is": "Bitnami's". */
    what: text,
    /** In its container. */
    files: v.strictObject({
      config: absolutePath,
      hba: absolutePath,
      ident: absolutePath,
    }),
    /** Of its environment: by what name the new image knows each, or "". */
    variables: v.array(v.strictObject({ old: text, new: v.string() })),
  })),
  verify: v.picklist(["schema", "counts", "checksums"]),
  /** Processes at work at once in dump and restore. */
  jobs: v.pipe(count, v.minValue(1)),
  /** What a job may reckon with, in MiB. */
  memoryMb: v.pipe(count, v.minValue(1)),
  /** How long the old server may take to stop, in seconds. */
  stopTimeout: v.pipe(count, v.minValue(1)),
  volume: v.strictObject({
    path: absolutePath,
    /** Of a named volume, which the runtime would make again where it is gone. */
    name: v.optional(text),
    inode: text,
    /** UUID of its file system, or "" where that has none. */
    fs: v.string(),
    fsType: v.string(),
    /** Owner, group and permission bits, for the directory that follows it. */
    uid: count,
    gid: count,
    mode: count,
    /** Files can be cloned there without copying. */
    reflink: v.boolean(),
    /**
     * Its own name cannot move, as that of a mount point: what is in it is put
     * aside within it, entry by entry.
     */
    within: v.optional(v.literal(true)),
  }),
  /** Whom the server's files belong to, where its image did not choose that. */
  serverUser: v.optional(v.strictObject({ uid: count, gid: count })),
  /** The old cluster's name once it is put aside: `VOLUME.bak`. */
  backup: absolutePath,
  /** The new cluster's name after a rollback that kept it. */
  aborted: absolutePath,
  /** `VOLUME.pgladder`, which holds the journal and all work. */
  state: v.strictObject({ path: absolutePath, inode: text }),
  from: ImageSchema,
  to: ImageSchema,
  /** The old cluster's, as its control file says. */
  systemIdentifier: text,
  /** The bootstrap superuser's name (oid 10). */
  superuser: text,
  /**
   * What the live server loads, and what its extensions are told: its settings
   * by whatever gave them to it. They are `outside` where it was not a file of
   * the data directory: the container's command, its environment, another file.
   */
  loading: v.optional(v.array(v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[A-Za-z_][\w.]*$/)),
    value: text,
    outside: v.boolean(),
  }))),
  /** For the new cluster's POSTGRES_INITDB_ARGS. */
  initdbArgs: v.string(),
  /**
   * Of a minor upgrade whose images sort text otherwise, or whose data were
   * sorted otherwise before: what depends on that is rebuilt. Versions as
   * PostgreSQL notes them, "" where it notes none: musl, or not known.
   */
  sorting: v.optional(v.strictObject({
    /** Of the C library. */
    libc: v.strictObject({ from: v.string(), to: v.string() }),
    /** Of ICU, by its locales in use. */
    icu: v.array(v.strictObject({
      locale: v.string(),
      from: v.string(),
      to: v.string(),
    })),
    /** Of the indexes that are to be rebuilt. */
    bytes: count,
  })),
  /** Bytes of the old data directory, for progress and space. */
  bytes: count,
  /** What depends on the database, and whether each was active. */
  writers: v.array(v.strictObject({
    /** Of systemd; the container's own name where no unit runs it. */
    unit: text,
    active: v.boolean(),
    /** It did not stay up: it was started again and again. */
    looping: v.optional(v.boolean()),
    /** Of a container that no unit runs: its restart policy, and no other's. */
    restart: v.optional(restart),
    /** Containers among these on which it depends: they are started before. */
    after: v.optional(v.array(text)),
    /** Containers that must be healthy before it is started. */
    healthy: v.optional(v.array(text)),
  })),
  /** Timers that could remove our images or containers, and were active. */
  timers: v.array(text),
  switch: SwitchSchema,
});

export type Plan = v.InferOutput<typeof PlanSchema>;
export type Switch = v.InferOutput<typeof SwitchSchema>;

/** No server answered before the run, so a step of it asks one. */
export function asksFirst({ unserved }: Pick<Plan, "unserved">): boolean {
  return unserved?.found !== undefined;
}

const known = new WeakMap<Plan, Plan>();

/**
 * The same plan for whoever changes the configuration or looks at it: `from` is
 * what that named before the run.
 */
export function asConfigured(plan: Plan): Plan {
  const found = plan.unserved?.found;
  if (found === undefined) return plan;
  const configured = known.get(plan) ?? { ...plan, from: found };
  known.set(plan, configured);
  return configured;
}
