import type { Context, PlannedRun } from "../../run/context.ts";
import { join } from "@std/path";
import type { Job } from "../../job/control.ts";
import { takeInitialised } from "./initdb_ahead.ts";
import { learnedPlan } from "../service/answers.ts";
import { tombstoneEnv } from "../service/placeholder.ts";
import type { Method } from "./method.ts";

/** From the dump: initialised, then restored. */
export function fromDump({ names, plan }: PlannedRun): Method {
  return {
    commands: [
      `initdb ${plan.initdbArgs}`,
      `psql -f ${names.dump}/globals.sql`,
      `pg_restore --create -j ${plan.jobs} ${names.dump}/db-OID   # for every database`,
      "vacuumdb --all --analyze-only",
    ],
    script: "build",
    made: names.stagingPartial,
    verify: plan.verify,
    leftovers: () => [],
    oldFingerprint: () => join(names.dump, "fingerprint"),
    job: jobOf,
    makeRoom: (context) => takeInitialised(context, names.stagingPartial),
    // The dump's own step looks at the old cluster.
    outdated: () => Promise.resolve(undefined),
  };
}

function jobOf({ names, plan, state }: Context): Job {
  return {
    step: "build",
    attempt: state.steps.build.attempt,
    parts: [{
      part: "",
      script: "build",
      image: names.tag("to"),
      env: {
        PGDATA: plan.to.pgdata,
        PGLADDER_MOUNT: plan.to.inner,
        POSTGRES_INITDB_ARGS: learnedPlan(plan, state).initdbArgs,
        PGLADDER_DUMP_ATTEMPT: String(state.steps.dump.attempt),
        ...tombstoneEnv(plan),
      },
      mounts: [
        { source: names.stagingPartial, mountPath: plan.to.inner },
        { source: names.dump, mountPath: "/dump", readOnly: true },
        {
          source: plan.volume.within
            ? join(names.job("dump", state.steps.dump.attempt), "conf")
            : join(names.dump, "conf"),
          mountPath: "/pgladder/conf",
          readOnly: true,
        },
        {
          source: names.empty,
          mountPath: "/docker-entrypoint-initdb.d",
          readOnly: true,
        },
      ],
    }],
  };
}
