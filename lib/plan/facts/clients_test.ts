import { assertEquals } from "@std/assert";
import {
  sampleFacts,
  sampleLive,
  sampleUnit,
} from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Container } from "../../port/containers.ts";
import { clientsOf, containersAround, sortNames } from "./clients.ts";

const PROJECT = "com.docker.compose.project";

/** One of the project "forum", with what its labels say of its needs. */
function mate(
  name: string,
  needs: string,
  more: Partial<Container> = {},
): Container {
  return {
    ...sampleFacts().container,
    name,
    id: `id-${name}`,
    restartPolicy: "always",
    labels: {
      [PROJECT]: "forum",
      "com.docker.compose.service": name,
      "com.docker.compose.depends_on": needs,
    },
    ...more,
  };
}

const DB = mate("db", "");

async function found(
  others: readonly Container[],
  { addresses = [], named = [], units = [], own = DB }: {
    addresses?: readonly string[];
    named?: readonly string[];
    units?: readonly string[];
    own?: Container;
  } = {},
) {
  const all = new Map([own, ...others].map((it) => [it.name, it]));
  const ports = portsOf({
    containers: {
      inspect: (name) => Promise.resolve(all.get(name)),
      named: (label, value) =>
        Promise.resolve(
          [...all.values()].filter(({ labels }) => labels[label] === value)
            .map(({ name }) => name),
        ),
      running: () => Promise.resolve([...all.keys()]),
      canSetRestartPolicy: () => Promise.resolve(true),
    },
    host: {
      run: () => Promise.resolve({ code: 0, stdout: "", stderr: "" }),
      sleep: () => Promise.resolve(),
    },
    units: {
      show: (names) =>
        Promise.resolve(
          new Map(names.map((name) =>
            [name, sampleUnit({ name, loaded: units.includes(name) })] as const
          )),
        ),
    },
  });
  const connections = addresses.map((address) => ({
    database: "forum",
    application: "psql",
    address,
    count: 1,
  }));
  const around = await containersAround(own, named, ports);
  const asked = { around, named };
  return await clientsOf(own, sampleLive({ connections }), asked, ports);
}

const ONE = { active: true, restart: "always", after: [] };

Deno.test("What depends on the database is found over others, in its order", async () => {
  const web = mate("web", "app:service_healthy:false");
  const app = mate(
    "app",
    "db:service_healthy:true,cache:service_started:false",
    { running: false },
  );
  const { containers, units } = await found([web, app, mate("cache", "")]);
  assertEquals(containers, [
    { ...ONE, unit: "app", active: false, healthy: ["db"] },
    { ...ONE, unit: "web", after: ["app"], healthy: ["app"] },
  ]);
  assertEquals(units, []);
});

Deno.test("Podman says by identifiers what needs what", async () => {
  const own = mate("db", "");
  const app = mate("app", "", { dependencies: ["id-db"] });
  const { containers } = await found([app], { own });
  assertEquals(containers, [{ ...ONE, unit: "app" }]);
});

Deno.test("Another project's container is no mate, whatever it is called", async () => {
  const other = mate("app", "db:service_started:false");
  const labels = { ...other.labels, [PROJECT]: "wiki" };
  assertEquals((await found([{ ...other, labels }])).containers, []);
});

Deno.test("Whatever is connected is known by its address, and the rest is told", async () => {
  const app = mate("app", "", { labels: {}, addresses: ["10.0.0.3"] });
  const idle = mate("idle", "", { labels: {}, addresses: ["10.0.0.4"] });
  const { containers, strangers } = await found([app, idle], {
    addresses: ["10.0.0.3", "10.0.0.1", "socket"],
  });
  assertEquals(containers, [{ ...ONE, unit: "app" }]);
  assertEquals(strangers.map(({ address }) => address), ["10.0.0.1", "socket"]);
});

Deno.test("What would not come back as it was is told, and is left to run", async () => {
  const labels = { "com.docker.swarm.service.id": "1" };
  const swarm = mate("swarm", "", { labels, addresses: ["10.0.0.3"] });
  const once = mate("once", "db:service_started:false", {
    addresses: ["10.0.0.4"],
    autoRemove: true,
  });
  const addresses = ["10.0.0.3", "10.0.0.4"];
  const { containers, strangers } = await found([swarm, once], { addresses });
  assertEquals(containers, []);
  assertEquals(strangers.map(({ address }) => address), addresses);
  const named = await found([once], { addresses, named: ["once"] });
  assertEquals(named.containers.map(({ unit }) => unit), ["once"]);
});

Deno.test("What a unit runs is stopped by its unit", async () => {
  const app = mate("app", "", { labels: {}, addresses: ["10.0.0.3"] });
  const { containers, units } = await found([app], {
    addresses: ["10.0.0.3"],
    units: ["podman-app.service"],
  });
  assertEquals([containers, units], [[], ["podman-app.service"]]);
});

Deno.test("The operator may name a container; what needs each other has an order, too", async () => {
  const a = mate("a", "b:service_started:false", {
    status: "restarting",
    running: false,
  });
  const b = mate("b", "a:service_started:false");
  const { containers } = await found([a, b], { named: ["a", "b"] });
  assertEquals(containers.map((it) => [it.unit, it.active, it.looping]), [
    ["b", true, undefined],
    ["a", true, true],
  ]);
});

Deno.test("What does not stay up is known by its number of restarts, too", async () => {
  let restarts = 3;
  const app = {
    ...mate("app", "db:service_started:false"),
    get restarts() {
      return restarts++;
    },
  };
  const steady = mate("web", "db:service_started:false", { restarts: 7 });
  const { containers } = await found([app, steady]);
  assertEquals(containers.map(({ looping, unit }) => [unit, looping]), [
    ["app", true],
    ["web", undefined],
  ]);
});

Deno.test("What lives in the database's container is a client, and is made again with it", async () => {
  const side = mate("side", "", { shares: ["id-db"] });
  const solo = mate("solo", "", { labels: {}, shares: ["id-db"] });
  const run = mate("run", "", { labels: {}, shares: ["id-db"] });
  const { along, containers, stuck, units } = await found([side, solo, run], {
    units: ["podman-run.service"],
  });
  assertEquals(containers.map(({ unit }) => unit), ["side", "solo"]);
  assertEquals(units, ["podman-run.service"]);
  assertEquals([along, stuck], [["side"], ["solo"]]);
});

Deno.test("A name is a unit's where systemd knows it, else a container's", async () => {
  const ports = portsOf({
    containers: {
      inspect: (name) =>
        Promise.resolve(name === "app" ? mate("app", "") : undefined),
    },
    units: {
      show: (names) =>
        Promise.resolve(
          new Map(names.map((name) =>
            [
              name,
              sampleUnit({ name, loaded: name === "web.service" }),
            ] as const
          )),
        ),
    },
  });
  assertEquals(await sortNames(["web", "app", "none"], ports), {
    containers: ["app"],
    units: ["web.service", "none.service"],
  });
});
