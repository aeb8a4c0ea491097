import { assertEquals } from "@std/assert";
import type { Script } from "../../lib/job/user.ts";
import { Host } from "./host.ts";
import { checkJob, watchJobs } from "./job_limits.ts";

/** Each job runs as `help security` says, by the runtime's word and the kernel's. */

const NAME = "specs-limits";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("docker", NAME, "15", "17");
});
Deno.test.afterAll(() => Host.lower(NAME));

let port = 5500;
for (const runtime of ["docker", "podman"]) {
  for (const method of ["dump", "pg_upgrade"]) {
    Deno.test(`${runtime}, ${method}: every job is its data's owner, without capabilities`, async () => {
      const name = `by${runtime}${method.replace("_", "")}`;
      const docker = runtime === "docker" ? ["--docker"] : [];
      await host.rig(
        "db",
        NAME,
        name,
        "--tag",
        "15",
        "--port",
        `${port++}`,
        ...docker,
      );
      const seen = await watchJobs(host, runtime, async () => {
        const { code, stderr, stdout } = await host.pgladder(
          ...["upgrade", name, "--to", "17", "--switch", "unit", "--yes"],
          ...["--method", method],
        );
        assertEquals(code, 0, stderr + stdout);
      });
      const jobs: Script[] = method === "dump"
        ? ["dump_server", "dump_worker", "build"]
        : ["pg_upgrade"];
      for (const job of jobs) checkJob(job, seen);
    });
  }
}
