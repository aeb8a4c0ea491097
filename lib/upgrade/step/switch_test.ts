import { assertEquals } from "@std/assert";
import { fold } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { BUILT, turnedBack, upTo } from "../../../tests/sample/story.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { SampleUnit } from "../../../tests/sample/unit.ts";
import { LossError } from "../loss.ts";
import type { Cluster } from "../../port/clusters.ts";
import { switchStep } from "./switch.ts";
import { loadedUnits } from "../../../tests/sample/units.ts";
import { started } from "../../../tests/sample/story.ts";
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
    ...contextOf(
      plan,
      portsOf({ ...unit.ports, files, clusters, host: new QuietHost() }),
    ),
    state: fold([...upTo("start-writers"), turnedBack]),
  };
  await rejectedBy(() => switchStep(context).undo(context), LossError);
  assertEquals(unit.moves, ["block", "stop", "measure"]);
});

Deno.test("Who typed resume is believed only where nobody can read what the unit would run", async () => {
  const plan = { ...samplePlan(), unread: true as const };
  const { from, to, volume } = plan;
  const run = (image: string, at = volume.path, inner = to.inner) =>
    `/usr/bin/podman run --name pleroma-db -v ${at}:${inner} ${image}`;
  const look = async (words: string) => {
    const ports = loadedUnits({ [plan.unit]: words });
    const containers = {
      inspect: () => Promise.resolve(undefined),
      image: () => Promise.resolve(undefined),
      volume: () => Promise.resolve(undefined),
    };
    const context = {
      ...contextOf(plan, portsOf({ ...ports, containers })),
      state: fold([
        ...upTo("swap", plan),
        started("switch"),
        { type: "waiting", step: "switch", ask: "change it" },
      ]),
    };
    return (await switchStep(context).look(context)).observed;
  };
  assertEquals(await look("/opt/up"), "complete");
  assertEquals(await look(run(to.reference)), "complete");
  assertEquals(await look(run(from.reference)), "partial");
  assertEquals(await look(run(to.reference, "/srv/other")), "partial");
  assertEquals(await look(run("docker.io/library/nginx:1")), "unexpected");
});
