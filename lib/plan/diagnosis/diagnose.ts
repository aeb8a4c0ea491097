import type { Diagnosis, Finding, KnownCluster, Sight } from "./diagnosis.ts";
import { besideFindings, namelessFinding } from "./findings_beside.ts";
import {
  driftFinding,
  runFindings,
  sortingFinding,
} from "./findings_running.ts";
import { fitFinding } from "./findings_fit.ts";
import {
  cannotStart,
  damagedFinding,
  refusedFinding,
} from "./findings_damaged.ts";
import { heldFinding, sharedFinding } from "./findings_held.ts";
import { placeIn } from "./recipe.ts";

/** What is wrong, the gravest first, and what to type. */
export function diagnose(sight: Sight): Diagnosis {
  const { clusters, configured, made, name } = sight;
  const now = made ?? configured;
  const place = now && placeIn(now);
  const held = heldFinding(sight);
  if (held !== undefined) {
    return { ...sight, place, findings: [held], next: held.type };
  }
  const at = clusters.find(({ path }) => path === place);
  const damaged = at && damagedFinding(sight, at);
  const refused = refusedFinding(sight);
  const whole = damaged ?? (cannotStart(sight) ? refused : undefined);
  if (whole !== undefined) {
    return { ...sight, place, findings: [whole], next: [] };
  }
  const fit = now && fitFinding(sight, now, "now");
  const nextFit = made === undefined || configured === undefined ||
      placeIn(configured) === place && configured.major === made.major
    ? undefined
    : fitFinding(sight, configured, "next");
  const beside = at === undefined ? undefined : besideFindings(sight, at);
  // What is empty need not be saved from being lost.
  const nameless = at && beside === undefined
    ? namelessFinding(sight, at)
    : undefined;
  const sorting = sortingFinding(sight);
  const running = fit === undefined && beside === undefined
    ? runFindings(sight)
    : undefined;
  const told = [
    refused,
    fit,
    beside,
    nextFit,
    nameless,
    sorting,
    running,
    sharedFinding(sight),
  ]
    .filter((it): it is Finding => it !== undefined);
  const drift = told.length === 0 ? driftFinding(sight) : undefined;
  const findings = drift === undefined ? told : [drift];
  return {
    ...sight,
    place,
    findings,
    next: findings.some(({ grave }) => grave)
      ? findings[0]?.type ?? []
      : at === undefined
      ? []
      : [`pgladder plan ${name} --to TAG`],
  };
}

/** Worth a line: what is in use, what is meant, and all that has any table. */
export function shownOf(
  { clusters, findings, place }: Diagnosis,
): readonly KnownCluster[] {
  const isLost = findings.some(({ code }) =>
    ["looks-elsewhere", "no-cluster", "empty-beside", "younger-beside"]
      .includes(code)
  );
  return clusters.filter(({ from, path, relations }) =>
    path === place || from === "mounted" || from === "project" ||
    relations > 0 || isLost && from === "beside"
  );
}
