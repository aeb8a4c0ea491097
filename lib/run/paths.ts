import { join } from "@std/path";
import type { Plan } from "../../journal/plan.ts";
import type { StepId } from "../../journal/step_id.ts";

/** The label that every container of a run carries. */
export const RUN_LABEL = "pgladder.run";

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

/** Once for each plan: dozens of functions ask for it. */
const known = new WeakMap<Plan, Names>();

/**
 * Every name that a run uses, from its plan alone: so a process that comes
 * later finds what an earlier one made.
 */
export function namesOf(plan: Plan): Names {
  const names = known.get(plan) ?? makeNames(plan);
  known.set(plan, names);
  return names;
}

export type Names = Readonly<ReturnType<typeof makeNames>>;

function makeNames(plan: Plan) {
  const state = plan.state.path;
  return {
    volume: plan.volume.path,
    backup: plan.backup,
    aborted: plan.aborted,
    placeholder: `${state}/plug`,
    dumpPartial: `${state}/dump.partial`,
    dump: `${state}/dump`,
    sourceFingerprint: `${state}/dump/seal.json`,
    clone: `${state}/clone`,
    /** The new cluster as `initdb` leaves it. */
    initialised: `${state}/initialised`,
    initialisedPartial: `${state}/initialised.partial`,
    stagingPartial: `${state}/staging.partial`,
    staging: `${state}/staging`,
    empty: `${state}/empty`,
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
    discard: `${state}/discard`,
    job: (step: StepId, attempt: number) => `${state}/job/${step}-${attempt}`,
    jobs: `${state}/job`,
    /** Never exists; a blocked unit's error names it, so it says what to do. */
    closedUntil: `${state}/closed-until-pgladder-resume-or-rollback`,
    container: (step: StepId, attempt: number, part = "") =>
      `pgladder-${plan.run}-${step}-${attempt}${part && `-${part}`}`,
    pin: (which: "from" | "to" | "volume") =>
      `pgladder-${plan.run}-hold-${which}`,
    tag: (which: "from" | "to") => `localhost/pgladder/${plan.run}:${which}`,
    /** The old data directory, once it is put aside. */
    backupCluster: join(plan.backup, plan.from.cluster),
    volumeCluster: join(plan.volume.path, plan.to.cluster),
    stagingCluster: join(state, "staging", plan.to.cluster),
  };
}

/** Whom the files of the old or the new cluster belong to: its server. */
export function serverUserOf(plan: Plan, which: "from" | "to") {
  const { gid, uid } = plan.serverUser ?? plan[which];
  return { uid, gid };
}

/** Who owns the directory of the new cluster, with the old volume's mode. */
export function ownerOf(plan: Plan) {
  return { ...serverUserOf(plan, "to"), mode: plan.volume.mode };
}
