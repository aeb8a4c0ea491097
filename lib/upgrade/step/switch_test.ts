import { assertEquals } from "@std/assert";
import { fold } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { BUILT, turnedBack, upTo } from "../../../tests/sample/story.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { SampleUnit } from "../../../tests/sample/unit.ts";
import { LossError } from "../loss.ts";
import type { Cluster } from "../../port/clusters.ts";
import { switchStep } from "./switch.ts";
import { contextOf } from "../../run/context.ts";

Deno.test("Undone: stopped first, since what a server will have taken cannot be told", async () => {
  const plan = samplePlan();
  const unit = new SampleUnit(plan.unit);
  const files = Object.assign(new MemoryFiles(), {
    usersOf: () => Promise.resolve([]),
  });
  files.put(`${plan.volume.path}/`, "", BUILT["inode"]);
  const clusters = {
    look: (): Promise<Cluster> => {
      unit.moves.push("measure");
      return Promise.resolve({
        version: "17",
        control: {
          systemIdentifier: "7500000000000000001",
          state: "shut down",
          checkpoint: "1/0",
          nextXid: "900",
          sha256: "of one that has taken rows",
        },
        server: "",
      });
    },
  };
  const context = {
    ...contextOf(plan, portsOf({ ...unit.ports, files, clusters })),
    state: fold([...upTo("start-writers"), turnedBack]),
  };
  await rejectedBy(() => switchStep(context).undo(context), LossError);
  assertEquals(unit.moves, ["block", "stop", "measure"]);
});
