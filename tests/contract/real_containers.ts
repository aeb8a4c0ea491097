import { assertEquals } from "@std/assert";
import { ContainerCli } from "../../lib/adapter/container_cli.ts";
import { Docker } from "../../lib/adapter/docker.ts";
import { Disk } from "../../lib/adapter/disk.ts";
import { Podman } from "../../lib/adapter/podman.ts";
import { runOk } from "../../lib/adapter/process.ts";
import { findProgram } from "../../lib/adapter/programs.ts";
import { containersContract } from "./containers.ts";
import { until } from "./until.ts";

const IMAGE = "docker.io/library/postgres:15";
const NAME = "pgladder-contract";

/** Run inside of a rig. */
for (const program of ["podman", "docker"] as const) {
  if (findProgram(program) === undefined) continue;
  const containers = program === "podman" ? new Podman() : new Docker();
  containersContract(program, async () => ({
    containers,
    image: IMAGE,
    directory: await Deno.makeTempDir({ dir: "/var/tmp" }),
    read: (path) => new Disk().readText(path),
  }));
  realTests(program, containers);
  if (program === "podman") crashTests(containers);
}

function realTests(program: string, containers: ContainerCli): void {
  Deno.test(`Containers, ${program}: no anonymous volume stays`, async () => {
    const volumes = () => runOk([program, "volume", "ls", "-q"]);
    const before = (await volumes()).stdout;
    await start(containers);
    await containers.remove(NAME);
    assertEquals((await volumes()).stdout, before);
  });

  Deno.test(`Containers, ${program}: its processes hold the volume`, async () => {
    const volume = await Deno.makeTempDir({ dir: "/var/tmp" });
    await Deno.mkdir(`${volume}/18/docker`, { recursive: true });
    await start(containers, volume, "cd /data/18/docker; exec sleep 600");
    const found = await containers.inspect(NAME);
    await until(
      "its working directory",
      async () =>
        (await new Disk().holders(volume)).some((holder) => holder.working),
    );
    const [holder] = await new Disk().holders(volume);
    assertEquals(
      [holder?.pid, holder?.name, holder?.container],
      [found?.pid, "sleep", found?.id],
    );
    await containers.remove(NAME);
    assertEquals(await new Disk().holders(volume), []);
  });
}

function crashTests(containers: ContainerCli): void {
  Deno.test("Containers, podman: what is gone does not run", async () => {
    await start(containers);
    const { pid = 0 } = await containers.inspect(NAME) ?? {};
    // First what would notice: the runtime then goes on calling it running.
    await killConmon();
    Deno.kill(pid, "SIGKILL");
    await until(
      "its end",
      async () => (await containers.inspect(NAME))?.running === false,
    );
    await containers.remove(NAME);
    assertEquals(await containers.inspect(NAME), undefined);
  });

  Deno.test("Containers, podman: without conmon it still runs", async () => {
    await start(containers);
    await killConmon();
    assertEquals((await containers.inspect(NAME))?.running, true);
    await containers.remove(NAME);
    assertEquals(await containers.inspect(NAME), undefined);
  });
}

async function killConmon(): Promise<void> {
  const { stdout } = await runOk([
    "podman",
    "container",
    "inspect",
    "--format",
    "{{.State.ConmonPid}}",
    NAME,
  ]);
  Deno.kill(Number(stdout), "SIGKILL");
}

async function start(
  containers: ContainerCli,
  source?: string,
  script = "exec sleep 600",
): Promise<void> {
  await containers.remove(NAME);
  await containers.run({
    name: NAME,
    image: IMAGE,
    program: "/bin/sh",
    args: ["-c", script],
    env: {},
    mounts: source === undefined ? [] : [{ source, inner: "/data" }],
    labels: {},
  });
}
