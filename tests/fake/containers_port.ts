import type { Containers, ExecHow, Output } from "../../lib/port/containers.ts";
import { PortError } from "../../lib/port/ports.ts";
import { checkpoint, isComplete } from "./cluster.ts";
import { startBound } from "./unmanaged.ts";
import { inventoryOf } from "./inventory.ts";
import { INSIDE } from "../sample/answers.ts";
import { liveFacts, sortedFacts } from "./answers.ts";
import { answer } from "./ports.ts";
import type { FakeContainer } from "./runtime.ts";
import { stopServer } from "./server.ts";
import { volumesOf } from "./volumes.ts";
import type { World } from "./world.ts";

/** Podman behind the port. */
export function fakeContainers(world: World): Containers {
  const { runtime } = world;
  const look = <T>(name: string, seen: () => T) =>
    answer(() => world.look(`containers.${name}`, seen));
  return {
    inspect: (name) => look(`inspect ${name}`, () => runtime.inspect(name)),
    image: (reference) =>
      look(`image ${reference}`, () => runtime.facts(reference)),
    inspectBoth: (name, reference) =>
      look(`inspectBoth ${name} ${reference}`, () => ({
        container: runtime.inspect(name),
        image: runtime.facts(reference),
      })),
    named: (label, value) =>
      look("named", () =>
        [...runtime.containers.values()]
          .filter(({ labels }) => labels[label] === value)
          .map(({ name }) => name).sort()),
    running: () =>
      look("running", () => runtime.running().map(({ name }) => name).sort()),
    probe: (image) =>
      look(`probe ${image}`, () => {
        const { libc = "2.36", major = 0, minor = 4 } =
          runtime.imageOf(image) ?? {};
        return output(
          `postgres (PostgreSQL) ${major}.${minor}\n999\n999\nx86_64\n/usr/bin/pg_dump\n/usr/bin/pg_restore\n/usr/bin/vacuumdb\nldd (Debian GLIBC ${libc}) ${libc}\n`,
        );
      }),
    exec: async (name, command, how) =>
      bounded(await exec(world, name, command), how),
    canSetRestartPolicy: () => Promise.resolve(true),
    // A ladder of podman never asks for it: podman mounts images.
    unpack: () => Promise.reject(new PortError("This podman unpacks nothing")),
    ...changes(world),
    ...standing(world),
    ...volumes(world),
  };
}

function changes(world: World) {
  const { runtime } = world;
  return {
    pull: (reference) =>
      answer(() =>
        world.change({
          name: `pull ${reference}`,
          whole: () => runtime.pull(reference),
        })
      ),
    tag: (id, reference) =>
      answer(() =>
        world.change({
          name: `tag ${reference}`,
          whole: () => runtime.tag(id, reference),
        })
      ),
    untag: (reference) =>
      answer(() =>
        world.change({
          name: `untag ${reference}`,
          honest: true,
          whole: () => runtime.names.delete(reference),
        })
      ),
    run: (job) =>
      answer(() =>
        world.change({
          name: `run ${job.name}`,
          half: () => runtime.createJob(job),
          whole: () => runtime.begin(runtime.createJob(job)),
          late: true,
        })
      ),
    remove: (name) => {
      const found = runtime.find(name);
      return answer(() =>
        world.change({
          name: `rm ${name}${found === undefined ? " (not there)" : ""}`,
          // The port itself looks whether it is gone.
          honest: true,
          half() {
            if (found !== undefined) runtime.kill(found);
          },
          whole: () => runtime.remove(name),
        })
      );
    },
  } satisfies Partial<Containers>;
}

/** What is done to containers that stay. */
function standing(world: World) {
  const { runtime } = world;
  return {
    start: (name) =>
      answer(() =>
        world.change({
          name: `podman start ${name}`,
          whole: () => startBound(world, runtime.known(name)),
          late: true,
        })
      ),
    stop: (name) =>
      answer(() =>
        world.change({
          name: `podman stop ${name}`,
          whole() {
            const found = runtime.find(name);
            if (found === undefined) return;
            found.resting = true;
            stopServer(world, found);
          },
        })
      ),
    setRestartPolicy: (name, policy) =>
      answer(() =>
        world.change({
          name: `podman update ${name}`,
          whole() {
            runtime.known(name).restart = policy;
          },
        })
      ),
  } satisfies Partial<Containers>;
}

/** A container that keeps a named volume is never started. */
function volumes(world: World) {
  const { disk, runtime } = world;
  const look = <T>(name: string, seen: () => T) =>
    answer(() => world.look(`containers.${name}`, seen));
  return {
    volume: (name) =>
      look(
        `volume ${name}`,
        () => {
          const named = volumesOf(world).find((it) => it.name === name);
          return named === undefined || disk.at(named.path) === undefined
            ? undefined
            : {
              path: named.path,
              plain: true,
              anonymous: named.path === disk.lost,
            };
        },
      ),
    inventory: () => look("inventory", () => inventoryOf(world)),
    pinVolume: ({ image, labels, name, volume }) =>
      answer(() =>
        world.change({
          name: `keep ${name}`,
          whole() {
            runtime.remove(name);
            const mounts = [{ source: volume, mountPath: "/pgladder-volume" }];
            runtime.create({ name, image, labels, mounts, kept: true });
          },
        })
      ),
    isVolumePinned: ({ name, volume }) =>
      look(`kept ${name}`, () => {
        const found = runtime.find(name);
        return found?.kept === true &&
          found.mounts.some((mount) => mount.volume === volume);
      }),
    unpinVolume: (name) =>
      answer(() =>
        world.change({
          name: `release ${name}`,
          honest: true,
          whole: () => runtime.remove(name),
        })
      ),
  } satisfies Partial<Containers>;
}

const output = (stdout: string, code = 0): Output => ({
  code,
  stdout,
  stderr: code === 0 ? "" : "no",
});

function serverIn(container: FakeContainer | undefined) {
  const process = container?.process;
  return process?.kind === "server" && process.phase === "ready"
    ? process.data
    : undefined;
}

/** All of it comes at once: there is nothing to wait for. */
function bounded(said: Output, { mostBytes = Infinity }: ExecHow = {}): Output {
  const { length } = new TextEncoder().encode(said.stdout + said.stderr);
  return length <= mostBytes ? said : { ...said, code: 137 };
}

function exec(world: World, name: string, command: readonly string[]) {
  const data = () => serverIn(world.runtime.find(name));
  if (command[0] === "pg_isready") {
    return answer(() =>
      world.look("pg_isready", () => output("", data() === undefined ? 2 : 0))
    );
  }
  // Applications bring none.
  if (command[0] === "pg_dump") return answer(() => output("", 127));
  const sql = command.at(-1) ?? "";
  if (sql !== "CHECKPOINT") {
    return answer(() =>
      world.look(
        "psql",
        () => data() === undefined ? output("", 2) : answerTo(world, name, sql),
      )
    );
  }
  return answer(() => {
    const serves = data() !== undefined;
    world.change({
      name: "CHECKPOINT",
      whole() {
        const directory = data();
        if (directory !== undefined) checkpoint(world.disk, directory);
      },
      honest: true,
    });
    return output("", serves ? 0 : 2);
  });
}

function answerTo(world: World, name: string, sql: string): Output {
  if (sql.startsWith("select quote_ident")) {
    return output(world.unlogged ? "postgres.u\n" : "");
  }
  const container = world.runtime.find(name);
  if (sql.includes("sorted_facts.sql")) {
    return output(sortedFacts(world, container, serverIn(container)));
  }
  if (sql.includes("reach.sql")) return output(REACH);
  if (sql.includes("database_facts.sql")) return output(INSIDE);
  return liveAnswer(world, container);
}

/** What reach.sql answers. */
const REACH = JSON.stringify({
  port: 5432,
  addresses: ["*"],
  sockets: ["/var/run/postgresql"],
  walLevel: "replica",
  senders: 10,
});

function liveAnswer(world: World, container: FakeContainer | undefined) {
  const data = serverIn(container);
  const said = data !== undefined && isComplete(data)
    ? liveFacts(world, container, data)
    : undefined;
  return said === undefined ? output("", 2) : output(said);
}
