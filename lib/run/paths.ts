import { join } from "@std/path";
import type { State } from "../../journal/fold.ts";
import type { Image, Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";

/** The label that every container of a run carries. */
export const RUN_LABEL = "pgladder.run";

/** By its name it is a run's or a rehearsal's, and nobody's service. */
export const isOfRun = (container: string) =>
  /^pgladder-\d{8}-\d{6}-/.test(container);

/**
 * What the names beside a volume begin with. A named volume is
 * `STORE/volumes/NAME/_data`, and when a prune takes it, all of
 * `STORE/volumes/NAME` goes: what a run keeps lies where no runtime looks.
 */
export function besideVolume(volume: string): string {
  const [, store, name] = /^(.*)\/volumes\/([^/]+)\/_data$/.exec(volume) ?? [];
  return name === undefined ? volume : `${store}/volume-${name}`;
}

/** What a run's state directory is called, from the volume's path. */
export const stateDirectoryOf = (volume: string) =>
  `${besideVolume(volume)}.pgladder`;
export const backupOf = (volume: string) => `${besideVolume(volume)}.bak`;
export const abortedOf = (volume: string) => `${besideVolume(volume)}.aborted`;

/** In a volume whose own name cannot move: what of it is a run's. */
export const withinOf = (
  volume: string,
  run: string,
  what: "bak" | "aborted" | "discard" | "new",
) => `${volume}/pgladder-${run}.${what}`;

/** The name in a volume's root that decides whether a cluster is there. */
export function anchorOf({ cluster }: Pick<Image, "cluster">): string {
  return cluster.split("/")[0] || "PG_VERSION";
}

/** The name of something that some run keeps within a volume. */
export const isKeptWithin = (name: string) =>
  /^pgladder-[0-9a-z-]+\.(bak|aborted|discard|new)$/.test(name);

/**
 * Every name that a run uses, from its plan alone: so a process that comes
 * later finds what an earlier one made.
 */
export function namesOf(plan: Plan) {
  const state = plan.state.path;
  const { path: volume, within } = plan.volume;
  // What is to become the volume's own must lie on its file system.
  const work = within ? withinOf(volume, plan.run, "new") : state;
  const shownBy = (directory: string, image: Image) =>
    within ? join(directory, anchorOf(image)) : directory;
  return {
    volume,
    backup: plan.backup,
    /** The old data, which the new cluster is made from. */
    source: plan.lost?.path ?? plan.backup,
    aborted: plan.aborted,
    work,
    placeholder: `${work}/plug`,
    dumpPartial: `${work}/dump.partial`,
    dump: `${work}/dump`,
    sourceFingerprint: `${work}/dump/seal.json`,
    clone: `${work}/clone`,
    /** The new cluster as `initdb` leaves it. */
    initialised: `${work}/initialised`,
    initialisedPartial: `${work}/initialised.partial`,
    stagingPartial: `${work}/staging.partial`,
    staging: `${work}/staging`,
    empty: `${state}/empty`,
    /** What the old cluster answered, and what follows from it. */
    answers: `${state}/answers.json`,
    /** Which entries are to be moved, where the volume's name cannot move. */
    oldEntries: `${state}/old-entries.json`,
    newEntries: `${state}/new-entries.json`,
    /** What the old server reads outside of its data. */
    outside: `${state}/outside`,
    original: `${state}/unit-file.original`,
    /** A file of the configuration as it was, by its place in the plan. */
    originalOf: (index: number) => `${state}/configuration-${index}.original`,
    /** What the runtime says of a container that no unit makes. */
    described: `${state}/container.json`,
    statistics: `${state}/statistics`,
    unlogged: `${state}/unlogged.json`,
    /** The old image's root, where the runtime cannot mount images. */
    oldRoot: `${state}/old-root`,
    oldRootPartial: `${state}/old-root.partial`,
    unpacking: `pgladder-${plan.run}-unpack`,
    discard: within
      ? withinOf(volume, plan.run, "discard")
      : `${state}/discard`,
    job: (step: StepId, attempt: number) => `${state}/job/${step}-${attempt}`,
    jobs: `${state}/job`,
    /**
     * The operator's line for the switch, in memory: a full disk must not keep
     * from going back, and no disk keeps what secrets it has.
     */
    line: `/run/pgladder-${plan.run}.line`,
    /** Never exists; a blocked unit's error names it, so it says what to do. */
    closedUntil: `${state}/closed-until-pgladder-resume-or-rollback`,
    container: (step: StepId, attempt: number, part = "") =>
      `pgladder-${plan.run}-${step}-${attempt}${part && `-${part}`}`,
    pin: (which: "from" | "to" | "volume" | "lost") =>
      `pgladder-${plan.run}-hold-${which}`,
    tag: (which: "from" | "to") => `localhost/pgladder/${plan.run}:${which}`,
    /** By the inode of what stands there a cluster is known. */
    oldAside: shownBy(plan.backup, plan.from),
    newInStaging: shownBy(`${work}/staging`, plan.to),
    newInVolume: shownBy(volume, plan.to),
    /** The old data directory, once what was mounted is put aside. */
    sourceCluster: join(plan.lost?.path ?? plan.backup, plan.from.cluster),
    volumeCluster: join(volume, plan.to.cluster),
    stagingCluster: join(work, "staging", plan.to.cluster),
  };
}

export type Names = Readonly<ReturnType<typeof namesOf>>;

/** Of what is looked at to know the old data where they were put aside. */
export function oldInode(plan: Plan, { steps }: State): string | undefined {
  return plan.volume.within ? steps.close.evidence.inode : plan.volume.inode;
}

/** Whom the files of the old or the new cluster belong to: its server. */
export function serverUserOf(plan: Plan, which: "from" | "to") {
  const { gid, uid } = plan.serverUser ?? plan[which];
  return { uid, gid };
}

/** Who owns the directory of the new cluster, with the old volume's mode. */
export function ownerOf(plan: Plan) {
  // Of a layout that had the data deeper in, the root was no data directory.
  const isData = plan.leaves !== undefined && plan.to.cluster === "";
  const mode = isData ? 0o700 : plan.volume.mode;
  return { ...serverUserOf(plan, "to"), mode };
}
