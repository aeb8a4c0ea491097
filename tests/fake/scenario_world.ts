import { baseOf, checkpoint, initialise, insert, open } from "./cluster.ts";
import { put } from "./disk.ts";
import { unitText } from "./database_unit.ts";
import type { FakeImage } from "./runtime.ts";
import { World } from "./world.ts";
import { LOST_DATA, type Scenario } from "./scenario.ts";

const INNER = "/var/lib/postgresql";

export const IMAGES: Readonly<Record<number, FakeImage>> = {
  15: imageOf(15, "a"),
  17: imageOf(17, "b"),
  18: imageOf(18, "c"),
  17.8: { ...imageOf(17, "e"), minor: 8, libc: "2.41" },
  17.9: { ...imageOf(17, "d"), minor: 9 },
};

function imageOf(major: number, letter: string): FakeImage {
  return {
    id: letter.repeat(64),
    major,
    pgdata: major >= 18 ? `${INNER}/${major}/docker` : `${INNER}/data`,
    volume: major >= 18 ? INNER : `${INNER}/data`,
  };
}

export const referenceOf = (major: number) =>
  `docker.io/library/postgres:${major}`;

/** The application's own unit, and one that stands on it. */
export const APPLICATION = "app.service";
export const BATCH = "batch.service";
export const TIMER = "podman-prune.timer";

/** What compose would write on a container of its project. */
const labelsOf = (service: string, needs: string) => ({
  "com.docker.compose.project": "forum",
  "com.docker.compose.project.working_dir": "/srv/forum",
  "com.docker.compose.project.config_files": "/srv/forum/compose.yaml",
  "com.docker.compose.service": service,
  "com.docker.compose.depends_on": needs,
});

/** Containers that no unit runs either, and that depend on the database. */
function addClients(world: World, { from }: Scenario) {
  const { applications, runtime } = world;
  const image = referenceOf(from);
  const command = ["sleep"];
  const add = (name: string, needs: string, restart: string) => {
    const labels = labelsOf(name, needs);
    const wanted = { name, image, mounts: [], command, labels, restart };
    runtime.begin(runtime.create(wanted));
  };
  add("app", "db:service_healthy:false", "always");
  add("worker", "app:service_started:false", "on-failure:3");
  applications.all.push(
    { name: "app", unit: undefined, container: "app" },
    { name: "worker", unit: undefined, container: "worker" },
  );
}

/** Its unit, or the container itself. */
function addDatabase(world: World, { alone, clients, from, runs }: Scenario) {
  const { runtime, systemd } = world;
  const volume = world.volumeName ?? world.volume;
  const name = world.container;
  const image = referenceOf(runs ?? from);
  const mountPath = runs === 18 ? INNER : `${INNER}/data`;
  if (alone) {
    const mounts = [{ source: volume, mountPath }];
    const labels = clients ? labelsOf("db", "") : {};
    runtime.begin(
      runtime.create({ name, image, mounts, labels, restart: "always" }),
    );
    return;
  }
  systemd.add(
    { name: world.unit, kind: "database", requires: [], wanted: true },
    unitText({ name, image, source: volume, mountPath, env: {} }),
  );
}

/** What is mounted holds an empty cluster of 18. */
function loseData(world: World) {
  const { disk } = world;
  disk.lost = LOST_DATA;
  disk.makePath("/srv/volumes/lost");
  const owner = { uid: 999, gid: 999, mode: 0o700 };
  disk.make(disk.lost, owner);
  for (const path of ["18", "18/docker"]) {
    disk.make(`${world.volume}/${path}`, owner);
  }
  const empty = disk.makePath(`${world.volume}/18/docker`);
  initialise(disk, empty, {
    major: 18,
    system: world.newSystem(),
    durable: true,
  });
  open(disk, empty, true);
}

/** A host that serves, or whose image cannot read its data. */
export function worldOf(scenario: Scenario): World {
  const world = new World();
  world.canClone = scenario.reflink;
  world.slowToStop = scenario.slowToStop;
  world.unlogged = scenario.slowToStop;
  const { disk, runtime, systemd } = world;
  if (scenario.unread) systemd.hidden.add(world.unit);
  for (const major of [15, 17, 17.8, 17.9, 18]) {
    const image = IMAGES[major];
    if (image !== undefined) runtime.registry.set(referenceOf(major), image);
  }
  runtime.pull(referenceOf(scenario.runs ?? scenario.from));
  disk.makePath("/srv");
  for (const path of ["/run", "/var/lib"]) disk.makePath(path);
  if (scenario.named) {
    world.volumeName = "db";
    world.volume = "/srv/volumes/db/_data";
    world.beside = "/srv/volume-db";
    disk.makePath("/srv/volumes/db");
  }
  if (scenario.mounted) disk.mountPoint = world.volume;
  disk.make(world.volume, { uid: 999, gid: 999, mode: 0o700 });
  if (scenario.lost) loseData(world);
  const data = disk.makePath(disk.lost ?? world.volume);
  initialise(disk, data, {
    major: Math.floor(scenario.from),
    system: world.newSystem(),
    durable: true,
  });
  const base = baseOf(data);
  if (scenario.order !== undefined && base !== undefined) {
    put(disk, data, "base", { ...base, order: scenario.order }, true);
  }
  world.duplicates = scenario.duplicates ?? false;
  if (scenario.runs === undefined) open(disk, data, true);
  if (scenario.lost) {
    const { applications } = world;
    const rows = [applications.acknowledge(), applications.acknowledge()];
    insert(disk, data, rows);
    checkpoint(disk, data);
  }
  addDatabase(world, scenario);
  systemd.add({ name: TIMER, kind: "timer", requires: [], wanted: true }, "");
  if (scenario.application) {
    const requires = [world.unit];
    systemd.add(
      { name: APPLICATION, kind: "service", requires, wanted: true },
      "app",
    );
    systemd.add({
      name: BATCH,
      kind: "oneshot",
      requires: [APPLICATION],
      wanted: false,
    }, "batch");
    world.applications.all.push({ name: "app", unit: APPLICATION });
  }
  if (scenario.clients) addClients(world, scenario);
  if (scenario.outsider) {
    world.applications.all.push({ name: "outsider", unit: undefined });
  }
  systemd.boot();
  world.pass(6);
  return world;
}
