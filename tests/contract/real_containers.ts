import { assert, assertEquals } from "@std/assert";
import { ContainerCli } from "../../lib/adapter/container_cli.ts";
import { Docker } from "../../lib/adapter/docker.ts";
import { Disk } from "../../lib/adapter/disk.ts";
import { Podman } from "../../lib/adapter/podman.ts";
import { run, runOk } from "../../lib/adapter/process.ts";
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
  shortLivedTest(program, containers);
  if (program === "podman") {
    crashTests(containers);
    outliveTest();
  }
}

function realTests(program: string, containers: ContainerCli): void {
  Deno.test(`Containers, ${program}: no anonymous volume stays`, async () => {
    const volumes = () => runOk([program, "volume", "ls", "-q"]);
    const before = (await volumes()).stdout;
    await start(containers);
    if (program === "podman") assertEquals((await volumes()).stdout, before);
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
        (await new Disk().usersOf(volume)).some((user) => user.working),
    );
    const [user] = await new Disk().usersOf(volume);
    assertEquals(
      [user?.pid, user?.name, user?.container],
      [found?.pid, "sleep", found?.id],
    );
    await containers.remove(NAME);
    assertEquals(await new Disk().usersOf(volume), []);
  });
}

/** As the backends of a server come and go while somebody looks. */
function shortLivedTest(program: string, containers: ContainerCli): void {
  Deno.test(`Containers, ${program}: a process that ends is nobody else's`, async () => {
    const volume = await Deno.makeTempDir({ dir: "/var/tmp" });
    await start(containers, volume, "cd /data; while :; do /bin/true; done");
    const id = (await containers.inspect(NAME))?.id;
    const disk = new Disk();
    await until(
      "its working directory",
      async () => (await disk.usersOf(volume)).some(({ working }) => working),
    );
    let seen = 0;
    for (let looks = 0; looks < 300; looks++) {
      for (const user of await disk.usersOf(volume)) {
        assertEquals(user.container, id, JSON.stringify(user));
        seen++;
      }
    }
    assert(seen >= 300, `${seen} holders in 300 looks`);
    await containers.remove(NAME);
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

/** conmon in our own control group would die with us, and its job with it. */
function outliveTest(): void {
  Deno.test("Containers, podman: a job outlives the unit that began it", async () => {
    const podman = new Podman();
    await podman.remove(NAME);
    const program = new URL("../../lib/adapter/podman.ts", import.meta.url);
    const job = { name: NAME, image: IMAGE, program: "/bin/sleep" };
    const more = { args: ["600"], env: {}, mounts: [], labels: {} };
    const script = `import { Podman } from ${JSON.stringify(program.href)};
      await new Podman().run(${JSON.stringify({ ...job, ...more })});
      setTimeout(() => {}, 600_000);`;
    const unit = "contract-begin.service";
    const env = ["DENO_DIR", "HOME"].map((name) =>
      `--setenv=${name}=${Deno.env.get(name) ?? "/root"}`
    );
    await runOk([
      "systemd-run",
      `--unit=${unit}`,
      "--collect",
      `--working-directory=${Deno.cwd()}`,
      ...env,
      Deno.execPath(),
      "eval",
      "--no-check",
      "--cached-only",
      "--frozen",
      script,
    ]);
    try {
      await until(
        "the job",
        async () => (await podman.inspect(NAME))?.running === true,
      );
      await runOk(["systemctl", "kill", "--signal=KILL", unit]);
      await until(
        "the end of the unit",
        async () => (await run(["systemctl", "is-active", unit])).code !== 0,
      );
      assertEquals((await podman.inspect(NAME))?.running, true);
      const { stdout } = await runOk(["podman", "exec", NAME, "echo", "here"]);
      assertEquals(stdout, "here\n");
    } finally {
      await runOk(["podman", "rm", "-f", "-t", "0", NAME]);
    }
    // With conmon alive, the runtime knew how to end it.
    assertEquals(await podman.inspect(NAME), undefined);
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
    mounts: source === undefined ? [] : [{ source, mountPath: "/data" }],
    labels: {},
  });
}
