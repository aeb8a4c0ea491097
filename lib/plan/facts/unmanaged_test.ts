import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Container } from "../../port/containers.ts";
import { unmanagedOf } from "./unmanaged.ts";

const { container } = sampleFacts();
const PLAIN: Container = { ...container, labels: {}, restartPolicy: "always" };
const containers = { canSetRestartPolicy: () => Promise.resolve(true) };
const COMPOSE = { "com.docker.compose.project": "forum" };

const SCRIPT = "/nix/store/x-unit-script-my-start/bin/my-start";
const FILES = {
  [SCRIPT]: "#!/bin/sh\nexec docker \\\n run --name='pleroma-db' postgres\n",
};

/** What `systemctl show` prints of services, one paragraph each. */
const shown = (...commands: readonly string[]) =>
  commands.map((words, index) =>
    `ExecStart={ path=/bin/x ; argv[]=${words} ; ignore_errors=no ; pid=0 }\nId=${index}.service\n`
  ).join("\n");

const CASES: readonly (readonly [
  what: string,
  container: Partial<Container>,
  commands: readonly string[],
  hindrance: string | undefined,
])[] = [
  ["no unit names it", {}, ["/bin/podman start other", "/bin/sh"], undefined],
  [
    "a unit works with it, and does not start it",
    {},
    ["/usr/bin/docker exec pleroma-db pg_dump forum"],
    undefined,
  ],
  [
    "a unit of another container has its name for a part",
    {},
    ["/usr/bin/docker start pleroma-db2", "docker start old-pleroma-db"],
    undefined,
  ],
  [
    "a unit starts it",
    {},
    ["/bin/true", "/usr/bin/podman start -a pleroma-db"],
    "1.service starts or brings up containers, perhaps this one",
  ],
  [
    "a unit makes it",
    {},
    ["/usr/bin/docker run --name=pleroma-db postgres"],
    "0.service starts or brings up containers, perhaps this one",
  ],
  [
    "a unit makes it by a shell's words",
    {},
    ["/bin/sh -c docker rm -f x; docker run -d --name pleroma-db postgres"],
    "0.service starts or brings up containers, perhaps this one",
  ],
  [
    "a unit makes it by a script of Nix's store",
    {},
    [SCRIPT],
    "0.service starts or brings up containers, perhaps this one",
  ],
  [
    "a unit restarts it, after options of the runtime",
    {},
    ["/usr/bin/docker -H unix:///run/x container restart pleroma-db"],
    "0.service starts or brings up containers, perhaps this one",
  ],
  [
    "a unit's own container works with it: a backup",
    {},
    [
      "/usr/bin/docker run --rm --network n postgres:16 pg_dump -h pleroma-db",
      "/usr/bin/podman run --name backup --link pleroma-db postgres:16",
      "/usr/bin/docker exec pleroma-db pg_ctl restart pleroma-db",
      "/bin/sh -c docker start cache && docker exec pleroma-db pg_dump forum",
    ],
    undefined,
  ],
  [
    "a project, and a unit that brings one up",
    { labels: COMPOSE },
    ["/usr/bin/docker compose -f /srv/forum.yaml up -d"],
    "0.service starts or brings up containers, perhaps this one",
  ],
  ["a project that no unit brings up", { labels: COMPOSE }, [], undefined],
  [
    "podman wrote a unit's name on it",
    { labels: { PODMAN_SYSTEMD_UNIT: "db.service" } },
    [],
    "db.service made it, and is not there",
  ],
  [
    "gone once it stops",
    { autoRemove: true },
    [],
    "it is gone once it stops (--rm)",
  ],
  ["in a pod", { pod: "web" }, [], "it is in a pod"],
];

for (const [what, change, commands, hindrance] of CASES) {
  Deno.test(`A container without a unit: ${what}`, async () => {
    const run = () =>
      Promise.resolve({ code: 0, stdout: shown(...commands), stderr: "" });
    const found = await unmanagedOf(
      { ...PLAIN, ...change },
      portsOf({ files: new MemoryFiles(FILES), host: { run }, containers }),
    );
    assertEquals(found, { restart: "always", blocker: hindrance });
  });
}

Deno.test("A container without a unit: systemd cannot be asked", async () => {
  const run = () => Promise.resolve({ code: 1, stdout: "", stderr: "no bus" });
  assertEquals(await unmanagedOf(PLAIN, portsOf({ host: { run } })), {
    restart: "always",
    blocker: "systemd does not say which units there are",
  });
});

const SOURCE = PLAIN.mounts[0]?.source ?? "";
const INSIDE = `/proc/${PLAIN.pid}/root${PLAIN.mounts[0]?.mountPath}`;

/** A host without systemd, with these files beside the container's own. */
function plainHost(texts: Readonly<Record<string, string>>, inside = "12") {
  const files = new MemoryFiles({
    "/etc/local.d/": "",
    "/etc/init.d/": "",
    ...texts,
  });
  files.put(`${SOURCE}/`, "", "12");
  if (inside !== "") files.put(`${INSIDE}/`, "", inside);
  return portsOf({ files, containers });
}

const WITHOUT: readonly (readonly [
  what: string,
  ports: ReturnType<typeof plainHost>,
  blocker: string | undefined,
])[] = [
  [
    "it alone",
    plainHost({ "/etc/init.d/docker": "exec dockerd\n" }),
    undefined,
  ],
  [
    "a script starts it",
    plainHost({ "/etc/local.d/db.start": "docker start pleroma-db\n" }),
    "/etc/local.d/db.start starts or brings up containers, perhaps this one",
  ],
  [
    "OpenRC runs it",
    plainHost({
      "/etc/init.d/db":
        'command=/usr/bin/docker\ncommand_args="run --name pleroma-db postgres"\n',
    }),
    "/etc/init.d/db starts or brings up containers, perhaps this one",
  ],
  ...["", "13"].map((inside) =>
    [
      `its directory is another or none here: "${inside}"`,
      plainHost({}, inside),
      "none of its directories is seen here as it sees them",
    ] as const
  ),
];

for (const [what, ports, blocker] of WITHOUT) {
  Deno.test(`A container without systemd: ${what}`, async () => {
    assertEquals(await unmanagedOf(PLAIN, ports, { withoutSystemd: true }), {
      restart: "always",
      withoutSystemd: true,
      blocker,
    });
  });
}

Deno.test("A container without a unit: an older podman", async () => {
  const run = () => Promise.resolve({ code: 0, stdout: "", stderr: "" });
  const old = { canSetRestartPolicy: () => Promise.resolve(false) };
  const ports = portsOf({ host: { run }, containers: old });
  assertEquals(
    (await unmanagedOf(PLAIN, ports)).blocker,
    'this runtime cannot take its restart policy "always" off it',
  );
  const without = { ...PLAIN, restartPolicy: "no" };
  assertEquals((await unmanagedOf(without, ports)).blocker, undefined);
});
