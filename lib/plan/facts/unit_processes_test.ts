import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { sampleFacts, sampleUnit } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Container } from "../../port/containers.ts";
import type { Unit } from "../../port/units.ts";
import { isOwnUnit } from "./unit_processes.ts";

const ID = "0f".repeat(32);
const GROUP = "/system.slice/db.service";
const PROCS = `/sys/fs/cgroup${GROUP}/cgroup.procs`;
const status = (name: string, parent: number) =>
  `Name:\t${name}\nUmask:\t0022\nPid:\t1\nPPid:\t${parent}\n`;
const scope = `0::/machine.slice/libpod-${ID}.scope/container\n`;

/** Podman as it starts a container: both processes in scopes of their own. */
const APART = {
  "/proc/70/cgroup": scope,
  "/proc/70/status": status("postgres", 60),
  "/proc/60/status": status("conmon", 1),
  "/proc/60/cgroup": `0::/machine.slice/libpod-conmon-${ID}.scope\n`,
};
const LABELS = {
  "com.docker.compose.project": "forum",
  "com.docker.compose.service": "db",
  "com.docker.compose.project.working_dir": "/srv/forum",
  "com.docker.compose.project.config_files": "/srv/forum/compose.yaml",
};

interface Case {
  readonly files?: Readonly<Record<string, string>>;
  readonly unit?: Partial<Unit>;
  readonly container?: Partial<Container>;
  readonly runs: boolean;
}

const started = (words: string) => ({
  ...APART,
  [PROCS]: "41\n50\n",
  "/proc/41/cmdline": "/opt/up\0",
  "/proc/50/cmdline": words.replaceAll(" ", "\0") + "\0",
});

const CASES: Readonly<Record<string, Case>> = {
  "nothing of it is there": { files: APART, runs: false },
  "its process is in the unit's group": {
    files: { "/proc/70/cgroup": `0::${GROUP}/libpod-payload-${ID}\n` },
    runs: true,
  },
  "the same of the first version": {
    files: { "/proc/70/cgroup": `4:memory:/x\n1:name=systemd:${GROUP}\n` },
    runs: true,
  },
  "it is in that of another controller alone": {
    files: { "/proc/70/cgroup": `4:memory:${GROUP}\n` },
    runs: false,
  },
  "it is in a group whose name begins alike": {
    files: { "/proc/70/cgroup": `0::${GROUP}x/a\n` },
    runs: false,
  },
  "it is in a unit of a user's own of that name": {
    files: {
      "/proc/70/cgroup": "0::/user.slice/user@1000.service/db.service\n",
    },
    runs: false,
  },
  "its monitor is in the unit's group": {
    files: { ...APART, "/proc/60/cgroup": `0::${GROUP}\n` },
    runs: true,
  },
  "its monitor is the unit's main process": {
    files: APART,
    unit: { mainPid: 60 },
    runs: true,
  },
  "its parent there is a runtime's, which has others, too": {
    files: {
      ...APART,
      "/proc/60/status": status("containerd-shim", 1),
      "/proc/60/cgroup": `0::${GROUP}\n`,
    },
    runs: false,
  },
  "a command there runs it": {
    files: started("podman run --rm --name db postgres:15"),
    runs: true,
  },
  "a command there runs it, by docker": {
    files: started("/usr/bin/docker run --name=db postgres:15"),
    runs: true,
  },
  "a command there only works in it": {
    files: started("podman exec db pg_dump --name db"),
    runs: false,
  },
  "a command there runs another": {
    files: started("podman run --rm --name web nginx db"),
    runs: false,
  },
  "a command there brings its project up": {
    files: started("docker compose -f /srv/forum/compose.yaml up"),
    container: { labels: LABELS },
    runs: true,
  },
  "a command there brings another project up": {
    files: started("docker compose -f /srv/other/compose.yaml up"),
    container: { labels: LABELS },
    runs: false,
  },
  "the unit has no group": {
    files: started("podman run --name db x"),
    unit: { group: "" },
    runs: false,
  },
  "the unit is a slice": {
    files: { "/proc/70/cgroup": "0::/machine.slice/a.scope\n" },
    unit: { name: "machine.slice", group: "/machine.slice" },
    runs: false,
  },
  "the unit is the root": {
    files: { "/proc/70/cgroup": "0::/a\n" },
    unit: { group: "/" },
    runs: false,
  },
  "it does not run": {
    files: { ...APART, "/proc/0/cgroup": `0::${GROUP}\n` },
    container: { pid: 0 },
    unit: { mainPid: 0 },
    runs: false,
  },
};

for (const [what, given] of Object.entries(CASES)) {
  Deno.test(`A container runs in a unit: ${what}`, async () => {
    const container = {
      ...sampleFacts().container,
      ...{ name: "db", labels: {}, pid: 70 },
      ...given.container,
    };
    const unit = sampleUnit({
      ...{ name: "db.service", group: GROUP, mainPid: 41 },
      ...given.unit,
    });
    const ports = portsOf({ files: new MemoryFiles(given.files) });
    const asked = { unit, named: unit.name };
    assertEquals(await isOwnUnit(container, asked, ports), given.runs);
  });
}

Deno.test("A unit that an image's label names is not believed, nor one that nobody names", async () => {
  const ask = (
    unit: Unit | undefined,
    files: Readonly<Record<string, string>>,
    { labels = {}, named }: Partial<Container> & { named?: string } = {},
  ) => {
    const own = { ...sampleFacts().container, env: {}, name: "db", pid: 70 };
    const ports = portsOf({ files: new MemoryFiles(files) });
    return isOwnUnit({ ...own, labels }, { named, unit }, ports);
  };
  const ssh = sampleUnit({
    ...{ name: "ssh.service", group: "/system.slice/ssh.service", mainPid: 9 },
  });
  const labels = { PODMAN_SYSTEMD_UNIT: "ssh.service" };
  const inside = { "/proc/70/cgroup": "0::/system.slice/ssh.service/x\n" };
  assertEquals(await ask(ssh, APART, { labels }), false);
  assertEquals(await ask(ssh, APART, { named: "ssh.service" }), false);
  assertEquals(await ask(ssh, inside, { labels }), true);
  assertEquals(await ask(ssh, inside), false);
  assertEquals(await ask(ssh, inside, { labels, named: "x.service" }), false);
  assertEquals(await ask({ ...ssh, loaded: false }, inside, { labels }), false);
  assertEquals(await ask(undefined, inside, { labels }), false);
});
