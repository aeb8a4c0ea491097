import { assertEquals } from "@std/assert";
import type { Host } from "./host.ts";

/**
 * An action in the new cluster before it is compared, as an outsider with root
 * could do it: the job's script is stopped while the private server that it
 * has started goes on.
 */

/** The new cluster is filled then, and none of it has been written down. */
const FILLED = "extensions|collations|reindex|analyze";

/** Prints the process and the directory of the job of step 5, once it is stopped there. */
const STOP = `
  line=none
  at_work() {
    run=$(jq -r '.entries[0].fact.plan.run' "$1.pgladder/journal.json") &&
      job=$(ls -d "$1.pgladder/job"/build-* | sort -V | tail -n 1) && [[ $job ]] &&
      pid=$(podman inspect -f '{{.State.Pid}}' "pgladder-$run-\${job##*/}") && ((pid > 0))
  } 2>/dev/null
  phase() { { read -r line <"$(echo "$job"/*.progress)"; } 2>/dev/null && [[ $line =~ '"phase":"'(${FILLED})'"' ]]; }
  until at_work "$1"; do sleep 0.1; done
  until phase; do
    kill -0 "$pid" 2>/dev/null || { echo "the job has ended: $line" >&2; exit 1; }
    sleep 0.02
  done
  kill -STOP "$pid"
  phase || { kill -CONT "$pid"; echo "too late: $line" >&2; exit 1; }
  printf '%s\\n' "$pid" "$job"`;

export interface Deed {
  readonly database: string;
  readonly sql: string;
}

/** Runs statements in the new cluster, before anything of it is compared. */
export async function changeNewCluster(
  host: Host,
  { database, sql }: Deed,
  volume = "/srv/db",
): Promise<void> {
  const [pid = "", job = ""] = (await host.ok(
    ...["timeout", "900", "bash", "-ceu", STOP, "stop", volume],
  )).trim().split("\n");
  const { code, stderr } = await host.exec(
    ...["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-h", `${job}/run`],
    ...["-U", "postgres", "-d", database, "-c", sql],
  );
  await host.ok("kill", "-CONT", pid);
  assertEquals(code, 0, stderr);
}
