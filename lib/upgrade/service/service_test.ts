import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { SampleUnit } from "../../../tests/sample/unit.ts";
import { startBlocksOf } from "./supervisor.ts";
import { closeUnit, requireRoomToStop } from "./service.ts";
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
  await closeUnit(contextOf(samplePlan(), portsOf(unit.ports)));
  assertEquals(unit.moves, ["block", "stop"]);
});
