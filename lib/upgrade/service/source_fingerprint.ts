import type { RunContext } from "../../run/context.ts";
import * as v from "valibot";
import { readJson } from "../../base/json.ts";

/**
 * What the old cluster was when something was made from it: a dump, a clone.
 * What was made counts only as long as the old cluster still shows this.
 */
const SourceFingerprintSchema = v.strictObject({
  run: v.string(),
  attempt: v.number(),
  /** sha256 of its control file. */
  control: v.string(),
  /** sha256 of its configuration files. */
  configuration: v.string(),
});

export type SourceFingerprint = v.InferOutput<typeof SourceFingerprintSchema>;

/** What the old cluster is now. */
export async function sourceFingerprintOf(
  { names, plan, ports: { clusters } }: RunContext,
  attempt: number,
): Promise<SourceFingerprint> {
  const { sourceCluster } = names;
  const cluster = await clusters.look(sourceCluster);
  return {
    run: plan.run,
    attempt,
    control: cluster?.control?.sha256 ?? "no control file",
    configuration: await clusters.configuration(sourceCluster),
  };
}

export function isSameSource(
  a: SourceFingerprint,
  b: SourceFingerprint,
): boolean {
  return a.run === b.run && a.attempt === b.attempt &&
    a.control === b.control && a.configuration === b.configuration;
}

/** Undefined where there is none of this run. */
export async function readSourceFingerprint(
  { plan, ports: { files } }: RunContext,
  path: string,
): Promise<SourceFingerprint | undefined> {
  const text = await files.readText(path);
  if (text === undefined) return undefined;
  const parsed = readJson(SourceFingerprintSchema, text);
  if (!parsed.success || parsed.output.run !== plan.run) return undefined;
  return parsed.output;
}
