import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { type Loaded, loadedUnits } from "../../../tests/sample/units.ts";
import type { Container } from "../../port/containers.ts";
import { findUnit, unitOf } from "./unit.ts";

const HOME = "/srv/forum";
/** As docker's own compose labels the database of a project. */
const labelsOf = (project: string, directory = HOME) => ({
  "com.docker.compose.project": project,
  "com.docker.compose.service": "db",
  "com.docker.compose.project.working_dir": directory,
  "com.docker.compose.project.config_files": `${directory}/compose.yaml`,
});
const COMPOSE = "services:\n  db:\n    image: postgres:15\n";
const UP = "/usr/bin/docker compose up -d";
const SCRIPT = "/opt/run-db.sh";

const isLoaded = (loaded: Loaded, name: string) => name in loaded;

const CASES: readonly (readonly [
  what: string,
  container: Partial<Container>,
  loaded: Loaded,
  found: string | undefined,
  files?: Readonly<Record<string, string>>,
])[] = [
  [
    "docker's own unit is not that of the project docker",
    { name: "docker-db-1", labels: labelsOf("docker", "/srv/docker") },
    { "docker.service": "/usr/bin/dockerd -H fd://" },
    undefined,
  ],
  [
    "nor where it brings the project up, by a line of somebody",
    { name: "docker-db-1", labels: labelsOf("docker") },
    { "docker.service": { words: UP, directory: HOME } },
    undefined,
  ],
  [
    "podman's own unit is not that of the project podman",
    { name: "podman-db-1", labels: labelsOf("podman") },
    { "podman.service": "/usr/bin/podman system service" },
    undefined,
  ],
  [
    "a label that names the runtime's own unit is not believed",
    { name: "db", labels: { PODMAN_SYSTEMD_UNIT: "docker.service" } },
    { "docker.service": "/usr/bin/dockerd" },
    undefined,
  ],
  [
    "the host's own server is not the container's unit",
    { name: "postgresql", labels: {} },
    { "postgresql.service": "/bin/true" },
    undefined,
  ],
  [
    "a program of the project's name that works in its directory",
    { name: "forum-db-1", labels: labelsOf("forum") },
    {
      "forum.service": { words: `${HOME}/server --port 80`, directory: HOME },
    },
    undefined,
  ],
  [
    "a unit of its name that runs another container",
    { name: "db", labels: {} },
    { "db.service": "/usr/bin/docker run --rm postgres pg_dump -h db" },
    undefined,
  ],
  [
    "a package's unit that has the name of NixOS's by chance",
    { name: "registry", labels: {} },
    {
      "docker-registry.service": {
        words: "/usr/bin/docker-registry serve /etc/registry.yml",
        directory: "/",
        fragment: "/usr/lib/systemd/system/docker-registry.service",
      },
    },
    undefined,
  ],
  [
    "podman has written the unit on it",
    { name: "db", labels: { PODMAN_SYSTEMD_UNIT: "store.service" } },
    { "store.service": "/usr/bin/x" },
    "store.service",
  ],
  [
    "NixOS's unit, whose script cannot be read",
    { name: "db", labels: {} },
    { "podman-db.service": "/nix/store/start" },
    "podman-db.service",
  ],
  [
    "a unit of its name that runs it",
    { name: "db", labels: {} },
    { "db.service": "/usr/bin/docker run --rm --name=db postgres:15" },
    "db.service",
  ],
  [
    "a unit of its name with the name in a variable",
    { name: "db", labels: {} },
    { "db.service": "/usr/bin/docker run --name ${NAME} postgres:15" },
    "db.service",
  ],
  [
    "a unit of its project's name that runs another, by a variable",
    { name: "forum-db-1", labels: labelsOf("forum") },
    { "forum.service": "/usr/bin/docker run --name ${NAME} forum" },
    undefined,
  ],
  [
    "a unit of its name with a script that runs it",
    { name: "db", labels: {} },
    { "db.service": SCRIPT },
    "db.service",
    { [SCRIPT]: "#!/bin/sh\nexec docker run \\\n  --name db postgres:15\n" },
  ],
  [
    "a unit of any name that runs it",
    { name: "db", labels: {} },
    { "my-database.service": "/usr/bin/docker run --name=db postgres:15" },
    "my-database.service",
  ],
  [
    "a unit of any name with a script of Nix's store that runs it",
    { name: "db", labels: {} },
    { "my-database.service": SCRIPT, "other.service": "/bin/true" },
    "my-database.service",
    {
      [SCRIPT]:
        "#!/bin/sh\nexec docker \\\n  --log-level warn \\\n  run \\\n  --name='db' postgres:15\n",
    },
  ],
  [
    "the one that runs it, where the one that is written on it is not there",
    { name: "db", labels: { PODMAN_SYSTEMD_UNIT: "podman-db.service" } },
    { "my-database.service": SCRIPT },
    "my-database.service",
    { [SCRIPT]: "#!/bin/sh\nexec podman run --name=db -d postgres:15\n" },
  ],
  [
    "two units of other names that run it",
    { name: "db", labels: {} },
    {
      "a.service": "/usr/bin/docker run --name db postgres:15",
      "b.service": "/usr/bin/docker run --name db postgres:16",
    },
    undefined,
  ],
  [
    "a unit of another name that only starts it again",
    { name: "db", labels: {} },
    { "backup.service": "/bin/sh -c docker stop db; docker start db" },
    undefined,
  ],
  [
    "the project's unit, by its directory",
    { name: "forum-db-1", labels: labelsOf("forum") },
    { "forum.service": { words: UP, directory: HOME } },
    "forum.service",
  ],
  [
    "the project's unit, where the labels do not tell its place",
    {
      name: "forum-db-1",
      labels: { "com.docker.compose.project": "forum" },
    },
    { "forum.service": { words: UP, directory: HOME } },
    "forum.service",
    { [`${HOME}/compose.yaml`]: COMPOSE },
  ],
  [
    "the project's unit, by a script that goes to its directory",
    { name: "forum-db-1", labels: labelsOf("forum") },
    { "forum.service": "/opt/up.sh" },
    "forum.service",
    { "/opt/up.sh": `#!/bin/sh\ncd ${HOME}\ndocker compose up -d\n` },
  ],
  [
    "a unit of another name that brings the project up",
    { name: "forum-db-1", labels: labelsOf("forum") },
    {
      "forum.service": "/opt/rails",
      "stack.service": { words: UP, directory: HOME },
    },
    "stack.service",
  ],
];

for (const [what, change, loaded, unit, files = {}] of CASES) {
  Deno.test(`Which unit runs it: ${what}`, async () => {
    const container = { ...sampleFacts().container, env: {}, ...change };
    const name = await findUnit(container, loadedUnits(loaded, files));
    assertEquals(isLoaded(loaded, name) ? name : undefined, unit);
  });
}

Deno.test("systemd is asked for no name that no unit can have", async () => {
  const asked: string[] = [];
  const ports = loadedUnits({}, {});
  const units = {
    ...ports.units,
    show(names: readonly string[]) {
      asked.push(...names);
      return ports.units.show(names);
    },
  };
  assertEquals(await unitOf("a\u001b[2Jb", { ...ports, units }), undefined);
  assertEquals(await unitOf("../db", { ...ports, units }), undefined);
  assertEquals(asked, []);
});

Deno.test("A client's unit is one whose command names it", async () => {
  const find = (loaded: Loaded, labels = {}) =>
    unitOf("nginx", loadedUnits(loaded, {}), { labels });
  assertEquals(
    await find({ "nginx.service": "/usr/sbin/nginx -g x" }),
    undefined,
  );
  const run = "/usr/bin/podman run --name nginx web";
  assertEquals(await find({ "nginx.service": run }), "nginx.service");
  assertEquals(
    await find({ "web.service": "/x" }, { PODMAN_SYSTEMD_UNIT: "web.service" }),
    "web.service",
  );
  assertEquals(
    await find({ "docker.service": "/x" }, {
      PODMAN_SYSTEMD_UNIT: "docker.service",
    }),
    undefined,
  );
  assertEquals(
    await find({ "docker-nginx.service": "/x" }),
    "docker-nginx.service",
  );
});
