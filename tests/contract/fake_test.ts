import { fakePorts } from "../fake/ports.ts";
import { SCENARIOS, worldOf } from "../fake/scenario.ts";
import type { World } from "../fake/world.ts";
import { clustersContract } from "./clusters.ts";
import { containersContract } from "./containers.ts";
import { filesContract } from "./files.ts";
import { unitsContract } from "./units.ts";

const DIRECTORY = "/srv/contract";

/** The fake host, with a process at work and an empty directory. */
function host() {
  const [scenario] = SCENARIOS;
  if (scenario === undefined) throw new Error("There is no scenario");
  const world: World = worldOf(scenario);
  world.begin();
  world.disk.makePath(DIRECTORY);
  return { world, ...fakePorts(world), directory: DIRECTORY };
}

filesContract("fake", () => Promise.resolve(host()));
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
