import { assertEquals } from "@std/assert";
import { runChecks } from "../../lib/plan/check/checks.ts";
import type { Facts } from "../../lib/plan/facts/facts.ts";
import type { Settings } from "../../lib/plan/settings.ts";
import { sampleFacts, sampleLive, sampleSettings } from "./found.ts";

/** Facts that differ from the sample, and what one check says of them. */
export interface Case {
  readonly check: string;
  readonly facts?: Partial<Facts>;
  readonly live?: Parameters<typeof sampleLive>[0];
  readonly settings?: Partial<Settings>;
  readonly level: "ok" | "warn" | "refuse";
  readonly found: string;
  readonly remedy?: string;
}

/** One test a case; the finding is compared whole. */
export function testCases(cases: readonly Case[]) {
  for (const { check, facts, found, level, live, remedy, settings } of cases) {
    Deno.test(`Check "${check}": ${found}`, () => {
      const findings = runChecks(
        sampleFacts({ ...facts, server: sampleLive(live) }),
        sampleSettings(settings),
      );
      assertEquals(findings.find(({ name }) => name === check), {
        name: check,
        level,
        found,
        ...(remedy === undefined ? {} : { remedy }),
      });
    });
  }
}
