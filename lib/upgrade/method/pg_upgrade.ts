import type { Context, PlannedRun } from "../../run/context.ts";
import { join } from "@std/path";
import type { Job } from "../../job/control.ts";
import { takeInitialised } from "./initdb_ahead.ts";
import { ownerOf } from "../../run/paths.ts";
import { learnedPlan } from "../service/answers.ts";
import { tombstoneEnv } from "../service/placeholder.ts";
import {
  isSameSource,
  readSourceFingerprint,
  sourceFingerprintOf,
} from "../service/source_fingerprint.ts";
import type { Method } from "./method.ts";

/** The old cluster as it was when it was cloned, in the job's directory. */
const SOURCE = "source.json";

/**
 * By pg_upgrade on a clone of the old cluster, whose own files are only read.
 * The clone and the new cluster lie in one mount, because files are linked from
 * one to the other.
 */
export function byPgUpgrade({ names, plan }: PlannedRun): Method {
  const made = join(names.stagingPartial, "new");
  const directory = ({ state }: Context) =>
    names.job("build", state.steps.build.attempt);
  return {
    commands: [
      `cp -a --reflink=auto ${names.source} ${names.stagingPartial}/old`,
      `initdb ${plan.initdbArgs}`,
      `pg_upgrade --link --jobs=${plan.jobs} --old-datadir=${names.stagingPartial}/old --new-datadir=${made}`,
    ],
    script: "pg_upgrade",
    made,
    // Counting every row would take longer than all the rest.
    verify: plan.verify === "schema" ? "sizes" : plan.verify,
    leftovers: (context) => [
      names.stagingPartial,
      ...["fingerprint-old", "conf", "extra", "private.conf"].map((name) =>
        join(directory(context), name)
      ),
    ],
    oldFingerprint: (context) => join(directory(context), "fingerprint-old"),
    job: (context) => jobOf(context, made),
    makeRoom: (context) => makeRoom(context, made),
    notes: async (context) => {
      const fingerprint = await sourceFingerprintOf(
        context,
        context.state.steps.build.attempt,
      );
      return { [SOURCE]: JSON.stringify(fingerprint) };
    },
    async outdated(context) {
      const source = await readSourceFingerprint(
        context,
        join(directory(context), SOURCE),
      );
      if (source === undefined) return "nothing says what it was made from";
      const now = await sourceFingerprintOf(context, source.attempt);
      return isSameSource(source, now)
        ? undefined
        : `the old cluster in "${names.source}" has changed since`;
    },
  };
}

function jobOf({ names, plan, state }: Context, made: string): Job {
  return {
    step: "build",
    attempt: state.steps.build.attempt,
    parts: [{
      part: "",
      script: "pg_upgrade",
      image: names.tag("to"),
      env: {
        PGDATA: plan.to.pgdata,
        PGLADDER_MOUNT: plan.to.inner,
        POSTGRES_INITDB_ARGS: learnedPlan(plan, state).initdbArgs,
        PGLADDER_FROM: String(plan.from.major),
        PGLADDER_TO: String(plan.to.major),
        PGLADDER_OLD_PGDATA: plan.from.pgdata,
        PGLADDER_OLD_CLUSTER: plan.from.cluster,
        ...(plan.verify === "schema" ? { PGLADDER_VERIFY: "sizes" } : {}),
        ...tombstoneEnv(plan),
      },
      mounts: [
        { source: names.source, mountPath: "/pgladder-old", readOnly: true },
        { source: names.stagingPartial, mountPath: "/pgladder-work" },
        { source: made, mountPath: plan.to.inner },
        plan.runtime === "podman"
          ? {
            kind: "image",
            source: names.tag("from"),
            mountPath: "/pgladder-root",
          }
          : {
            source: names.oldRoot,
            mountPath: "/pgladder-root",
            readOnly: true,
          },
      ],
      copies: true,
    }],
  };
}

async function makeRoom(context: Context, made: string) {
  const { names: { backup, stagingPartial }, plan, ports } = context;
  for (const path of [stagingPartial, join(stagingPartial, "old")]) {
    await ports.files.makeDirectory(path, ownerOf(plan));
    await ports.files.makeAlike(path, backup);
  }
  await takeInitialised(context, made);
}
