import { assertEquals, assertRejects } from "@std/assert";
import { portsOf, QuietHost } from "../../tests/sample/ports.ts";
import { Failure } from "../base/failure.ts";
import type { ContainerJob } from "../port/containers.ts";
import { underWatch, Watch } from "./disk_guard.ts";

const GIB = 1024 ** 3;

/** Where a rehearsal puts what it makes, which is not always beside the data. */
const COPY = "/srv/db.pgladder/rehearsal";

/** A disk with so much free at each look, the last figure for ever. */
function given(free: number[], { floor = GIB, live = [99 * GIB] } = {}) {
  const next = (figures: number[]) =>
    figures.length > 1 ? figures.shift() ?? 0 : figures[0] ?? 0;
  const host = new QuietHost();
  const written: string[] = [];
  const started: ContainerJob[] = [];
  const ports = portsOf({
    host,
    files: {
      // The volume itself may be a mount point, and have another file system.
      fileSystem: (path) =>
        Promise.resolve({
          type: "xfs",
          uuid: "",
          mount: "/srv",
          freeBytes: next(path === COPY ? free : live),
          readOnly: false,
        }),
      writeText: (path) => Promise.resolve(void written.push(path)),
    },
    containers: {
      run: (job) => Promise.resolve(void started.push(job)),
    },
  });
  const watch = new Watch(ports, "/srv/db", { floor, memoryMb: 700 });
  return { host, started, watch, watched: underWatch(watch), written };
}

Deno.test("It stops before the disk falls below the floor, not after", async () => {
  // 1 GiB each half second: the next two looks would be below.
  const { watched } = given([6 * GIB, 5 * GIB, 4 * GIB, 2.5 * GIB]);
  await watched.host.sleep(500);
  await watched.host.sleep(500);
  await watched.host.sleep(500);
  await assertRejects(
    () => watched.host.sleep(500),
    Failure,
    "The rehearsal stopped by itself: 2.5 GiB of disk are free, and 1.0 GiB must stay free for the live database",
  );
});

Deno.test("The live volume's own disk may not fall below it either, and is no need of it", async () => {
  const live = [5 * GIB, 4 * GIB, 2.5 * GIB];
  const { watch, watched } = given([90 * GIB, 80 * GIB], { live });
  await watched.host.sleep(500);
  await watched.host.sleep(500);
  await assertRejects(
    () => watched.host.sleep(500),
    Failure,
    "The rehearsal stopped by itself: 2.5 GiB of disk are free, and 1.0 GiB must stay free for the live database",
  );
  assertEquals(await watch.measure(), { least: 80 * GIB, free: 80 * GIB });
});

Deno.test("A disk that others empty does not stop it, and is no need of it", async () => {
  const { watch, watched } = given([5 * GIB, 4 * GIB, 9 * GIB]);
  await watch.measure();
  await watched.host.sleep(500);
  await watched.host.sleep(500);
  assertEquals(await watch.measure(), { least: 4 * GIB, free: 9 * GIB });
  assertEquals(await watch.measure(), { least: 9 * GIB, free: 9 * GIB });
});

Deno.test("The lease is renewed as long as somebody waits", async () => {
  const { watched, written } = given([9 * GIB]);
  for (let second = 0; second < 12; second++) await watched.host.sleep(1000);
  assertEquals(
    written,
    Array(3).fill(`${COPY}/lease/lease`),
  );
});

Deno.test("What is started has low priority, holds the lease and is otherwise the same", async () => {
  const { started, watched, written } = given([9 * GIB]);
  const job: ContainerJob = {
    name: "a",
    image: "b",
    program: "bash",
    args: [],
    env: {},
    mounts: [{ source: "/c", mountPath: "/d" }],
    labels: {},
  };
  await watched.containers.run(job);
  // The job asks for it as soon as it begins.
  assertEquals(written.length, 1);
  const lease = {
    source: `${COPY}/lease`,
    mountPath: "/pgladder-lease",
    readOnly: true,
  };
  assertEquals(started, [{
    ...job,
    mounts: [...job.mounts, lease],
    lowPriority: { memoryMb: 700 },
  }]);
});
