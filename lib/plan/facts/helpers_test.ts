import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { loadedUnits } from "../../../tests/sample/units.ts";
import type { Container } from "../../port/containers.ts";
import { PortError } from "../../port/ports.ts";
import { dumpersOf, updatersOf } from "./helpers.ts";

const own = sampleFacts().container;

const beside = (change: Partial<Container>): Container => ({
  ...own,
  id: change.name ?? "x",
  labels: {},
  env: {},
  command: [],
  ...change,
});

const TOWER = beside({ name: "tower", image: "containrrr/watchtower" });
const label = (name: string, value: string) => ({
  labels: { [`com.centurylinklabs.watchtower.${name}`]: value },
});

/** What stands on the helper and on the database's container; whether it is one. */
const CASES: readonly (readonly [Container, Partial<Container>, boolean])[] = [
  [TOWER, {}, true],
  [beside({ ...TOWER, image: "ghcr.io/x/watchtower:1@sha256:ab" }), {}, true],
  [beside({ ...TOWER, image: "me/watchtower-dashboard:1" }), {}, false],
  [beside({ ...TOWER, running: false }), {}, false],
  [TOWER, label("enable", "false"), false],
  [TOWER, label("monitor-only", "true"), false],
  [beside({ ...TOWER, command: ["--label-enable"] }), {}, false],
  [
    beside({ ...TOWER, env: { WATCHTOWER_LABEL_ENABLE: "true" } }),
    label("enable", "true"),
    true,
  ],
  [beside({ ...TOWER, env: { WATCHTOWER_MONITOR_ONLY: "1" } }), {}, false],
  // Its list of names: those alone are made again.
  [beside({ ...TOWER, command: ["web", "mail"] }), {}, false],
  [beside({ ...TOWER, command: ["web", own.name] }), {}, true],
  [beside({ ...TOWER, command: [`/${own.name}`] }), {}, true],
  [beside({ ...TOWER, command: ["--cleanup", "web"] }), {}, false],
  [beside({ ...TOWER, command: ["--interval", "30"] }), {}, true],
  [beside({ ...TOWER, command: ["--interval=30", "web"] }), {}, false],
  [beside({ ...TOWER, command: ["-i", "30", "-c", "web"] }), {}, false],
  [beside({ ...TOWER, command: ["/watchtower", "--debug"] }), {}, true],
  [beside({ ...TOWER, command: ["--new-option", "value"] }), {}, true],
  [beside({ ...TOWER, command: ["-x", `web,${own.name}`] }), {}, false],
  [
    beside({ ...TOWER, env: { WATCHTOWER_DISABLE_CONTAINERS: own.name } }),
    {},
    false,
  ],
  [
    beside({ name: "heal", image: "willfarrell/autoheal:latest" }),
    { labels: { autoheal: "true" }, health: "healthy" },
    true,
  ],
  [
    beside({ name: "heal", image: "willfarrell/autoheal:latest" }),
    { labels: { autoheal: "true" }, health: "" },
    false,
  ],
  [
    beside({
      name: "heal",
      image: "autoheal",
      env: { AUTOHEAL_CONTAINER_LABEL: "all" },
    }),
    { health: "starting" },
    true,
  ],
  [beside({ name: "diun", image: "crazymax/diun" }), {}, false],
  [
    beside({
      name: "diun",
      image: "crazymax/diun:4",
      env: { DIUN_NOTIF_SCRIPT_CMD: "sh" },
    }),
    {},
    true,
  ],
  [
    beside({ name: "vol", image: "offen/docker-volume-backup:v2" }),
    { labels: { "docker-volume-backup.stop-during-backup": "true" } },
    true,
  ],
  [beside({ name: "vol", image: "offen/docker-volume-backup:v2" }), {}, false],
];

Deno.test("Who starts or makes containers again by itself is known by its image and what it is told", async () => {
  const ports = loadedUnits({});
  for (const [helper, change, isOne] of CASES) {
    const asked = { ...own, ...change };
    const found = await updatersOf(asked, [own, helper], ports);
    assertEquals(
      found.map(({ container }) => container),
      isOne ? [helper.name] : [],
      JSON.stringify([helper.image, helper.env, helper.command, change]),
    );
  }
});

Deno.test("A helper's unit is told with it", async () => {
  const run = "/usr/bin/podman run --name tower containrrr/watchtower";
  const ports = loadedUnits({ "podman-tower.service": run });
  const heal = beside({
    ...{ name: "heal", image: "autoheal", labels: {} },
    env: { AUTOHEAL_CONTAINER_LABEL: "all" },
  });
  const found = await updatersOf(
    { ...own, health: "healthy" },
    [own, TOWER, heal],
    ports,
  );
  assertEquals(found.map(({ container, unit }) => [container, unit]), [
    ["tower", "podman-tower.service"],
    ["heal", undefined],
  ]);
});

const PROJECT = { "com.docker.compose.project": "forum" };

Deno.test("A pg_dump older than the new server is named; who has none, or cannot be asked, is not", async () => {
  const says: Readonly<Record<string, string>> = {
    "nightly-backup": "pg_dump (PostgreSQL) 15.6 (Debian 15.6-1)\n",
    web: "pg_dump (PostgreSQL) 9.6.24\n",
    cron: "pg_dump (PostgreSQL) 17.2\n",
    mate: "pg_dump (PostgreSQL) 13\n",
    stranger: "pg_dump (PostgreSQL) 12.1\n",
    liar: "pg_dump (PostgreSQL) 1\u001b[31m5\n",
  };
  const asked: string[] = [];
  const ports = portsOf({
    containers: {
      exec: (name, words, how) => {
        asked.push(name);
        // Another one's program may never end, or never end to print.
        assertEquals(how, { timeoutMs: 5000, mostBytes: 4096 });
        assertEquals(words, ["pg_dump", "--version"]);
        if (name === "paused") throw new PortError("it is paused");
        const stdout = says[name];
        return Promise.resolve({
          code: stdout === undefined ? 127 : 0,
          stdout: stdout ?? "",
          stderr: "",
        });
      },
    },
  });
  const found = await dumpersOf({ ...own, labels: PROJECT }, {
    around: [
      own,
      beside({ name: "nightly-backup", image: "alpine" }),
      beside({ name: "web" }),
      beside({ name: "cron", labels: PROJECT }),
      beside({ name: "mate", labels: PROJECT }),
      beside({ name: "bare", labels: PROJECT }),
      beside({ name: "paused", labels: PROJECT }),
      beside({ name: "liar", labels: PROJECT }),
      beside({ name: "off", labels: PROJECT, running: false }),
      beside({ name: "stranger" }),
    ],
    major: 17,
    writers: [{ unit: "web" }],
  }, ports);
  assertEquals(found, [
    { container: "nightly-backup", version: "15.6" },
    { container: "web", version: "9.6.24" },
    { container: "mate", version: "13" },
  ]);
  assertEquals(asked.includes("stranger") || asked.includes("off"), false);
});
