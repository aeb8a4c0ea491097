import type { FakeDisk } from "../fake/disk.ts";
import { fakePorts } from "../fake/ports.ts";
import { SCENARIOS } from "../fake/scenario.ts";
import { worldOf } from "../fake/scenario_world.ts";
import type { World } from "../fake/world.ts";
import { clustersContract } from "./clusters.ts";
import { containersContract } from "./containers.ts";
import { filesContract, type Planted } from "./files.ts";
import { unitsContract } from "./units.ts";
import { volumesContract } from "./volumes.ts";

const DIRECTORY = "/srv/contract";

/** Puts there what others may: a link, a pipe, a file of theirs. */
function plant(disk: FakeDisk, path: string, uid: number, what: Planted) {
  const text = typeof what === "object" && "text" in what ? what.text : "";
  disk.write(path, text);
  const file = disk.at(path);
  if (file?.kind !== "file") throw new Error(`"${path}" is not there`);
  file.owner = { uid, gid: uid, mode: 0o644 };
  if (typeof what === "string" || "link" in what) file.special = what;
}

/** The fake host, with a process at work and an empty directory. */
function host(scenario = SCENARIOS[0]) {
  if (scenario === undefined) throw new Error("There is no scenario");
  const world: World = worldOf(scenario);
  world.begin();
  world.disk.makePath(DIRECTORY);
  return { world, ...fakePorts(world), directory: DIRECTORY };
}

/** With a volume that no container uses any more. */
function hostOfVolume() {
  const given = host(SCENARIOS.find(({ named }) => named));
  const { systemd, unit, volume, volumeName = "" } = given.world;
  systemd.stop([unit]);
  return { ...given, volume: volumeName, path: volume };
}

filesContract("fake", () => {
  const { directory, world, ...given } = host();
  const { disk } = world;
  return Promise.resolve({
    ...given,
    directory,
    plant: (path, uid, what) => plant(disk, path, uid, what),
    enter: () => {
      disk.cwd = directory;
      return () => {
        disk.cwd = "/";
      };
    },
  });
});
clustersContract("fake", () => Promise.resolve(host()));
containersContract("fake", () => {
  const { files, ...given } = host();
  return Promise.resolve({
    ...given,
    image: "docker.io/library/postgres:15",
    read: (path) => files.readText(path),
  });
}, { programs: false });
unitsContract("fake", () => {
  const { files, world, ...given } = host();
  return Promise.resolve({
    ...given,
    read: (path) => files.readText(path),
    write: (name, text) => {
      const requires = [...text.matchAll(/^Requires=(.*)$/gm)]
        .map(([, unit = ""]) => unit);
      const kind = text.includes("Type=oneshot") ? "oneshot" : "service";
      world.systemd.add({ name, kind, requires, wanted: false }, text);
      return Promise.resolve();
    },
  });
}, { programs: false });
volumesContract("fake", () => {
  const given = hostOfVolume();
  return Promise.resolve({
    ...given,
    image: "docker.io/library/postgres:17",
    prune: () => Promise.resolve(given.world.runtime.prune(false)),
  });
});
