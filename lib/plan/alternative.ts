import type { Plan } from "../../journal/plan.ts";
import { runChecks } from "./check/checks.ts";
import type { Facts } from "./facts/facts.ts";
import { type Identity, isMinor, makePlan } from "./make_plan.ts";
import type { Settings } from "./settings.ts";

/**
 * The same upgrade by pg_upgrade, where a dump is planned and no check speaks
 * against the other: for a person to compare what both cost.
 */
export function alternativeOf(
  facts: Facts,
  settings: Settings,
  identity: Identity,
): Plan | undefined {
  if (settings.method !== "dump" || isMinor(facts)) return undefined;
  // Nobody has asked yet what speaks against it.
  if (facts.found !== undefined) return undefined;
  const other = {
    ...settings,
    method: "pg_upgrade",
    verify: "schema",
  } as const;
  const isRefused = runChecks(facts, other)
    .some(({ level }) => level === "refuse");
  return isRefused ? undefined : makePlan(facts, other, identity);
}
