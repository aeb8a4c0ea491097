import type { RehearsalRecord } from "../../lib/run/rehearsal_record.ts";
import { samplePlan } from "./plan.ts";

/** What a rehearsal of the sample plan leaves. */
export function sampleRecord(
  change: Partial<RehearsalRecord> = {},
): RehearsalRecord {
  const { from, to } = samplePlan();
  return {
    format: 1,
    at: "2026-01-02T03:04:05.000Z",
    tool: "0.1.0",
    container: "pleroma-db",
    method: "dump",
    verify: "counts",
    jobs: 4,
    from: { version: from.version, id: from.id },
    to: { version: to.version, id: to.id },
    bytes: 2 * 1024 ** 3,
    steps: [
      { id: "stop-writers", ms: 500, measured: false },
      { id: "close", ms: 2500, measured: false },
      { id: "dump", ms: 11_000, measured: true },
      { id: "build", ms: 25_000, measured: true },
      { id: "start", ms: 3000, measured: false },
    ],
    downtimeMs: 42_000,
    totalMs: 61_000,
    taken: { "prepare": 1500, "stop-writers": 20_000, "close": 3500 },
    phases: { build: { restore: 20.5 } },
    space: { upgradeBytes: 1024 ** 3, rehearsalBytes: 3 * 1024 ** 3 },
    ...change,
  };
}
