import { assertEquals } from "@std/assert";
import type { Fact } from "../../../journal/fact.ts";
import { fold } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { done, lapse, planned, started } from "../../../tests/sample/story.ts";
import type { FileFacts } from "../../port/files.ts";
import { dump } from "./dump.ts";
import { plannedRun } from "../../run/context.ts";

const PLAN = samplePlan();
const RUN = plannedRun(PLAN);
const FINGERPRINT = {
  run: PLAN.run,
  attempt: 1,
  control: "c0",
  configuration: "f0",
};

/** What is seen of a dump whose directory belongs to that user. */
function lookAt(uid: number, ...then: readonly Fact[]) {
  const files = new MemoryFiles();
  files.put(RUN.names.sourceFingerprint, JSON.stringify(FINGERPRINT));
  const steps = ["prepare", "stop-writers", "close"] as const;
  return dump(RUN).look({
    ...RUN,
    state: fold([
      planned(),
      ...steps.flatMap((step) => [started(step), done(step)]),
      started("dump"),
      ...then,
    ]),
    ports: portsOf({
      files: Object.assign(files, {
        look: () =>
          Promise.resolve(
            { owner: { uid, gid: uid, mode: 0o700 } } as FileFacts,
          ),
      }),
      clusters: {
        look: () =>
          Promise.resolve(
            { control: { sha256: FINGERPRINT.control } } as never,
          ),
        configuration: () => Promise.resolve(FINGERPRINT.configuration),
      },
    }),
  });
}

const made = done("dump", {
  attempt: "1",
  control: FINGERPRINT.control,
  configuration: FINGERPRINT.configuration,
});

Deno.test("A dump that root made counts neither once it is done nor after", async () => {
  assertEquals((await lookAt(0, made)).observed, "absent");
  assertEquals((await lookAt(0, made, lapse("dump"))).observed, "partial");
  assertEquals((await lookAt(0)).observed, "partial");
});

Deno.test("A dump of the old server's user counts", async () => {
  const { uid } = PLAN.from;
  for (const facts of [[made], [made, lapse("dump")], []]) {
    assertEquals((await lookAt(uid, ...facts)).observed, "complete");
  }
});
