import { assertEquals, assertStringIncludes } from "@std/assert";
import { fold } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { started, upTo } from "../../../tests/sample/story.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { SampleUnit } from "../../../tests/sample/unit.ts";
import { contextOf } from "../../run/context.ts";
import { reindex } from "./reindex.ts";

const SAMPLE = samplePlan();
/** The tag stays and its base image is newer: indexes are rebuilt in place. */
const PLAN = samplePlan({
  method: "minor",
  to: {
    ...SAMPLE.to,
    reference: SAMPLE.from.reference,
    version: "15.19",
    major: 15,
  },
  sorting: { libc: { from: "2.36", to: "2.41" }, icu: [], bytes: 8192 },
});

/** A rebuild that begins while the unit runs, and who holds the volume then. */
function begin(users: readonly { pid: number; name: string }[]) {
  const unit = new SampleUnit(PLAN.unit);
  const files = Object.assign(new MemoryFiles(), {
    usersOf: () =>
      Promise.resolve(
        users.map((it) => ({ ...it, container: "", working: false })),
      ),
    fileSystem: () => {
      unit.moves.push("measure room");
      return Promise.resolve({ freeBytes: 0, mount: "/srv" });
    },
  });
  files.put(`${PLAN.volume.path}/`, "", PLAN.volume.inode);
  const context = {
    ...contextOf(
      PLAN,
      portsOf({
        ...unit.ports,
        containers: {
          ...unit.ports.containers,
          named: () => Promise.resolve([]),
        },
        files: files as never,
        host: new QuietHost(),
      }),
    ),
    state: fold([...upTo("close", PLAN), started("reindex")]),
  };
  return {
    moves: unit.moves,
    failed: rejectedBy(() => reindex(context).apply(context), Error),
  };
}

Deno.test("A rebuild begins where nothing serves: the unit is blocked and stopped first", async () => {
  const { failed, moves } = begin([]);
  assertStringIncludes((await failed).message, "make room there");
  assertEquals(moves, ["block", "stop", "measure room"]);
});

Deno.test("Nor does it begin where somebody else holds the data", async () => {
  const { failed, moves } = begin([{ pid: 4711, name: "postgres" }]);
  assertStringIncludes((await failed).message, "is in use by process 4711");
  assertEquals(moves, ["block", "stop"]);
});
