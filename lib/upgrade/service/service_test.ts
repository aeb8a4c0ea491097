import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { SampleUnit } from "../../../tests/sample/unit.ts";
import { startBlocksOf } from "./supervisor.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { StoppedError } from "../../job/control.ts";
import type { Container } from "../../port/containers.ts";
import { WaitingError } from "../contract.ts";
import { closeUnit, openUnit, requireRoomToStop } from "./service.ts";
import { contextOf, plannedRun } from "../../run/context.ts";

const hostWith = (freeBytes: number) =>
  contextOf(
    samplePlan(),
    portsOf({
      files: {
        fileSystem: () =>
          Promise.resolve({
            type: "xfs",
            uuid: "",
            mount: "/srv",
            freeBytes,
            readOnly: false,
          }),
      },
    }),
  );

Deno.test("A database is not stopped where it could not write its checkpoint", async () => {
  await requireRoomToStop(hostWith(32 * 1024 * 1024));
  await assertRejects(
    () => requireRoomToStop(hostWith(4096)),
    Error,
    'Only 4.0 KiB are free at "/srv", too little for the database to stop cleanly: make room there',
  );
});

Deno.test("What blocks a unit stops its own container, and none of a like name", () => {
  const plan = { ...samplePlan(), container: "db.1" };
  const [block] = startBlocksOf(plannedRun(plan));
  const stop = block?.service?.find((line) => line.includes("stop --time"));
  assertStringIncludes(stop ?? "", "--filter name=^db[.]1$$)");
});

Deno.test("Blocked first, then stopped: nothing can start it in between", async () => {
  const unit = new SampleUnit(samplePlan().unit);
  await closeUnit(
    contextOf(samplePlan(), portsOf({ ...unit.ports, host: new QuietHost() })),
  );
  assertEquals(unit.moves, ["block", "stop"]);
});

/** It asks to stop as soon as somebody waits. */
class ImpatientHost extends QuietHost {
  override sleep(): Promise<void> {
    this.stopAsked = "SIGTERM";
    return Promise.resolve();
  }
}

/** A unit that nobody could read, and what its container is at each look. */
function opened(seen: (Container | undefined)[]) {
  const plan = { ...samplePlan(), unread: true as const };
  const unit = new SampleUnit(plan.unit);
  const inspect = () => {
    const next = seen.length > 1 ? seen.shift() : seen[0];
    return Promise.resolve(unit.moves.includes("stop") ? undefined : next);
  };
  const files = Object.assign(new MemoryFiles(), {
    usersOf: () => Promise.resolve([]),
  });
  files.put(`${plan.volume.path}/`);
  const ports = portsOf({
    ...{ containers: { inspect }, files, host: new ImpatientHost() },
    units: {
      ...unit.ports.units,
      start: () => Promise.resolve(),
      blockState: () => Promise.resolve("free" as const),
    },
  });
  return { unit, ended: openUnit(contextOf(plan, ports), plan.to) };
}

Deno.test("A container that is just ending has not mounted something else", async () => {
  const runs = { ...sampleFacts().container, imageId: samplePlan().to.id };
  const gone = opened([runs, runs, runs, { ...runs, running: false, pid: 0 }]);
  await assertRejects(() => gone.ended, StoppedError);
  assertEquals(gone.unit.moves, []);
  const again = opened([runs, runs, runs, { ...runs, pid: 4712 }]);
  await assertRejects(() => again.ended, StoppedError);
  assertEquals(again.unit.moves, []);
});

Deno.test("One that runs on without the volume is stopped", async () => {
  const runs = { ...sampleFacts().container, imageId: samplePlan().to.id };
  const { ended, unit } = opened([runs]);
  await assertRejects(
    () => ended,
    WaitingError,
    '"pleroma-db" has not mounted "/srv/pleroma-db" at "/var/lib/postgresql/data", and is stopped again',
  );
  assertEquals(unit.moves, ["block", "stop"]);
});

Deno.test("What does not stop is waited for by the clock, however long each look takes", async () => {
  const unit = new SampleUnit(samplePlan().unit);
  const host = new QuietHost();
  let looks = 0;
  const context = contextOf(
    samplePlan(),
    portsOf({
      ...unit.ports,
      host,
      containers: {
        async inspect() {
          looks++;
          await host.sleep(20_000);
          return { ...sampleFacts().container, running: true };
        },
      },
    }),
  );
  await assertRejects(() => closeUnit(context), Error, "runs on");
  assert(looks < 12, `${looks} looks`);
});
