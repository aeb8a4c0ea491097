import { assertEquals, assertRejects } from "@std/assert";
import { formatDocument } from "../../../journal/document.ts";
import type { Plan } from "../../../journal/plan.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { sampleUnit } from "../../../tests/sample/found.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { toldOf } from "../../../tests/sample/run_told.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { Failure } from "../../base/failure.ts";
import type { Container, Inventory } from "../../port/containers.ts";
import { PortError } from "../../port/ports.ts";
import { findVolume } from "../../run/registry.ts";
import { readArgs } from "../args.ts";
import { findRuntime } from "./find_runtime.ts";
import { runtimeOfMissing } from "./find_missing.ts";

type Name = Plan["runtime"];
type Having = Partial<Record<Name, Partial<Container> | "silent">>;

/** Runs of "db", each beside a volume of its own, and containers of it. */
function host(runs: readonly Name[], having: Having, more: string[] = []) {
  const files = new MemoryFiles({ "/var/lib/pgladder/runs/": "" });
  for (const runtime of runs) {
    const volume = `/srv/${runtime}`;
    const pointer = JSON.stringify({ container: "db", volume });
    files.put(`/var/lib/pgladder/runs/${runtime}.json`, pointer);
    const { entries } = toldOf([], samplePlan({ runtime }));
    files.put(`${volume}.pgladder/journal.json`, formatDocument(entries, "1"));
  }
  for (const path of more) files.put(path, "1");
  const asked: Name[] = [];
  const runtimes = (["podman", "docker"] as const).map((name) => ({
    name,
    ports: portsOf({
      files,
      containers: {
        inspect: () => {
          asked.push(name);
          const found = having[name];
          return found === "silent"
            ? Promise.reject(new PortError("no daemon"))
            : Promise.resolve(
              found && { id: name, running: true, ...found } as Container,
            );
        },
        running: () => Promise.resolve(having[name] ? ["other"] : []),
        inventory: () => Promise.resolve({ containers: [], volumes: [] }),
      },
    }),
  }));
  const find = (...words: string[]) =>
    findRuntime(readArgs(words), words, runtimes);
  return { asked, files, find };
}

const RUNNING = "/run/docker.pid";

Deno.test("A run's runtime is that of its journal, whoever has such a container", async () => {
  for (const command of ["resume", "rollback", "commit", "status", "report"]) {
    const { asked, find } = host(["docker"], { podman: {}, docker: {} });
    // It learns it of each run where it opens that.
    const known = command === "status" ? undefined : "docker";
    assertEquals(await find(command, "db"), known, command);
    assertEquals(await find(command), known, command);
    assertEquals(await find(command, "--volume", "/srv/docker"), known);
    assertEquals(asked, []);
  }
});

Deno.test("With a run in each the person is asked, with both commands", async () => {
  const { find } = host(["docker", "podman"], {});
  const failure = await assertRejects(() => find("resume", "db"), Failure);
  assertEquals(failure.exit, 2);
  assertEquals(
    failure.hint,
    "pgladder resume db --runtime docker, or pgladder resume db --runtime podman",
  );
  await assertRejects(() => find("commit"), Failure);
  // It lists both.
  assertEquals(await find("status"), undefined);
});

Deno.test("A container that one of them has is that one's", async () => {
  for (const command of ["plan", "upgrade", "rehearse"]) {
    const words = [command, "db", "--to", "17"];
    assertEquals(await host([], { docker: {} }).find(...words), "docker");
    assertEquals(await host([], { podman: {} }).find(...words), "podman");
    const silent = host([], { podman: {}, docker: "silent" }, [RUNNING]);
    assertEquals(await silent.find(...words), "podman");
  }
  // A run of the other one's "db" is not this container's.
  const other = host(["podman"], { docker: {} });
  assertEquals(await other.find("plan", "db", "--to", "17"), "docker");
});

Deno.test("A container that both have is asked for, with both commands", async () => {
  const { find } = host([], { docker: { running: false }, podman: {} }, [
    RUNNING,
  ]);
  const failure = await assertRejects(
    () => find("upgrade", "db", "--to", "17"),
    Failure,
  );
  assertEquals(failure.exit, 2);
  assertEquals(
    failure.message,
    'Cannot tell which "db" is meant: podman has one, which runs; docker has one, which does not run',
  );
  assertEquals(
    failure.hint,
    "pgladder upgrade db --to 17 --runtime podman, or pgladder upgrade db --to 17 --runtime docker",
  );
});

Deno.test("Docker's daemon is not woken for what podman has", async () => {
  const { asked, find } = host([], { podman: {}, docker: {} });
  assertEquals(await find("plan", "db", "--to", "17"), "podman");
  assertEquals(asked, ["podman"]);
});

Deno.test("A docker that is podman has the same container", async () => {
  const { find } = host([], { podman: { id: "a" }, docker: { id: "a" } }, [
    RUNNING,
  ]);
  assertEquals(await find("plan", "db", "--to", "17"), "podman");
});

Deno.test("Runs of the other runtime are none", async () => {
  const { files } = host(["docker", "podman"], {});
  const ports = portsOf({
    files,
    containers: { inspect: () => Promise.resolve(undefined) },
  });
  const find = (runtime?: Name) =>
    findVolume({
      container: "db",
      volume: undefined,
      ...(runtime === undefined ? {} : { runtime }),
    }, ports);
  assertEquals(await find("docker"), "/srv/docker");
  assertEquals(await find("podman"), "/srv/podman");
  await assertRejects(() => find(), Failure);
});

Deno.test("Of one that is gone between two starts its unit says it, whatever else runs", async () => {
  const ports = (running: readonly string[]) =>
    portsOf({
      files: new MemoryFiles({ "/var/lib/pgladder/runs/": "" }),
      containers: {
        inspect: () => Promise.resolve(undefined),
        running: () => Promise.resolve(running),
      },
      units: {
        show: () =>
          Promise.resolve(
            new Map([["db.service", { ...sampleUnit(), name: "db.service" }]]),
          ),
        commands: () =>
          Promise.resolve([["/usr/bin/podman", "run", "--name", "db", "pg"]]),
      },
    });
  const words = ["upgrade", "db", "--to", "15"];
  const found = await findRuntime(readArgs(words), words, [
    { name: "podman", ports: ports([]) },
    { name: "docker", ports: ports(["web"]) },
  ]);
  assertEquals(found, "podman");
});

const COMPOSE = `services:
  db:
    image: docker.io/library/postgres:17
`;

/** Neither has the container: what each has besides, and where the person is. */
function missing(
  left: Partial<Record<Name, Partial<Inventory>>>,
  running: Name | undefined = undefined,
) {
  const files = new MemoryFiles({
    "/srv/shop/compose.yaml": COMPOSE,
    "/srv/notes/compose.yaml":
      `${COMPOSE}    container_name: notes\n    volumes: [./data:/var/lib/postgresql/data]\n`,
    "/var/lib/docker/volumes/lost/_data/": "",
    "/var/lib/docker/volumes/lost/_data/base/": "",
    "/var/lib/docker/volumes/lost/_data/base/1/": "",
    "/var/lib/docker/volumes/lost/_data/base/1/16384": "",
  });
  return (container: string, directory = "/") =>
    runtimeOfMissing(
      container,
      (["podman", "docker"] as const).map((name) => ({
        name,
        ports: portsOf({
          files,
          host: new QuietHost(),
          units: { show: () => Promise.resolve(new Map()) },
          clusters: {
            look: (path) =>
              Promise.resolve(
                path === "/var/lib/docker/volumes/lost/_data"
                  ? { version: "17", control: undefined, server: "" }
                  : undefined,
              ),
          },
          containers: {
            inventory: () =>
              Promise.resolve({ containers: [], volumes: [], ...left[name] }),
            running: () => Promise.resolve(running === name ? ["web"] : []),
          },
        }),
      })),
      directory,
    );
}

const VOLUME = {
  name: "lost",
  path: "/var/lib/docker/volumes/lost/_data",
  plain: true,
  anonymous: true,
  labels: {},
};

Deno.test("Of a container that is gone what is left of its project says whose it was", async () => {
  const labels = { "com.docker.compose.project": "shop" };
  const volumes = [{ ...VOLUME, name: "shop_db", labels }];
  const find = missing({ docker: { volumes } }, "podman");
  assertEquals(await find("shop-db-1", "/srv/shop"), "docker");
  assertEquals(await missing({}, "podman")("shop-db-1", "/srv/shop"), "docker");
  assertEquals(await missing({}, "docker")("shop_db_1", "/srv/shop"), "podman");
  assertEquals(await missing({}, "docker")("shop-web-1", "/srv"), "docker");
  // The file's own name for it says nothing, and podman that runs neither.
  assertEquals(await missing({}, "podman")("notes", "/srv/notes"), "docker");
});

Deno.test("A cluster in a volume of no container says more than what runs", async () => {
  const find = missing({ docker: { volumes: [VOLUME] } }, "podman");
  assertEquals(await find("hand"), "docker");
  assertEquals(await missing({}, "podman")("hand"), "podman");
  assertEquals(await missing({})("hand"), undefined);
});
