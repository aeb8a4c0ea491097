import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { contextOf } from "../../run/context.ts";
import { supervisorOf } from "./supervisor.ts";

/** What is said of a container that has ended, by what its log says. */
async function failed(log: string, restart: string | undefined) {
  const plan = samplePlan(restart === undefined ? {} : { restart });
  const { container } = sampleFacts();
  const unit = { ...sampleFacts().unit, active: "failed", result: "exit-code" };
  const ports = portsOf({
    containers: {
      inspect: () => Promise.resolve({ ...container, running: false }),
    },
    units: {
      show: () => Promise.resolve(new Map([[plan.unit, unit as never]])),
    },
    host: { run: () => Promise.resolve({ code: 0, stdout: log, stderr: "" }) },
  });
  return await supervisorOf(contextOf(plan, ports)).failed(6000);
}

const LOG =
  `2026-12-01 [29] LOG:  invalid checkpoint record\n2026-12-01 [29] PANIC:  could not locate a valid checkpoint record at 0/1\n2026-12-01 [1] LOG:  startup process was terminated\n`;
const SAID = "PANIC: could not locate a valid checkpoint record at 0/1";

Deno.test("What has ended again is told with what its log says of it", async () => {
  const { container, unit } = samplePlan();
  assertEquals(await Promise.all([failed(LOG, "no"), failed("", "no")]), [
    `"${container}" has ended again (${SAID}): see "podman logs ${container}"`,
    `"${container}" has ended again: see "podman logs ${container}"`,
  ]);
  assertEquals(
    await Promise.all([failed(LOG, undefined), failed("", undefined)]),
    [
      `${unit} has failed (${SAID}): see "journalctl -u ${unit}"`,
      `${unit} has failed (exit-code): see "journalctl -u ${unit}"`,
    ],
  );
  // Of any length, it is a line.
  const long = await failed(`FATAL:  could not ${"x".repeat(9000)}`, "no");
  assertEquals((long?.length ?? 0) < 400, true);
});
