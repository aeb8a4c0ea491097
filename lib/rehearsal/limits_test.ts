import { assertRejects } from "@std/assert";
import { samplePlan } from "../../tests/sample/plan.ts";
import { Failure } from "../base/failure.ts";
import { requireRoom, roomFor } from "./limits.ts";

const GIB = 1024 ** 3;
const plan = samplePlan();

/** The volume may be a mount point: then its copy has another disk. */
const disks = (copy: number, live: number) => ({
  fileSystem: (path: string) =>
    Promise.resolve({
      type: "xfs",
      uuid: "",
      mount: path === plan.volume.path ? path : "/",
      freeBytes: path === plan.volume.path ? live : copy,
      readOnly: false,
    }),
});

Deno.test("A rehearsal begins with room for the copy, and with the floor free where the live data lie", async () => {
  const enough = roomFor(plan) + GIB;
  await requireRoom(plan, GIB, disks(enough, GIB));
  await assertRejects(
    () => requireRoom(plan, GIB, disks(enough - 1, 99 * GIB)),
    Failure,
    "are needed beside the data and 1.0 GiB are left to the live database, but",
  );
  await assertRejects(
    () => requireRoom(plan, GIB, disks(enough, GIB / 2)),
    Failure,
    `1.0 GiB are left to the live database, but 512 MiB are free at "${plan.volume.path}"`,
  );
});
