import type { Diagnosis, KnownCluster } from "../plan/diagnosis/diagnosis.ts";
import type { Recipe } from "../plan/diagnosis/recipe.ts";
import { diagnosisTitle } from "./diagnosis_text.ts";

/**
 * What `status CONTAINER --json` prints where there is no run. Fields are
 * added, never renamed. Times are ISO 8601, sizes are bytes.
 */
export function diagnosisJson(
  diagnosis: Diagnosis,
  shown: readonly KnownCluster[],
) {
  const { configured, doing, drift, findings, made, making, name, next } =
    diagnosis;
  return {
    container: name,
    run: null,
    well: !findings.some(({ grave }) => grave),
    words: diagnosisTitle(diagnosis),
    doing,
    restarts: diagnosis.restarts,
    made_by: making === undefined ? null : {
      kind: making.kind,
      unit: making.unit || null,
      project: making.maker?.project ?? null,
      service: making.maker?.service ?? null,
      files: making.files,
    },
    made_of: recipeJson(made),
    would_run: recipeJson(configured),
    last_error: diagnosis.said || null,
    place: diagnosis.place ?? null,
    clusters: shown.map((it) => ({
      path: it.path,
      volume: it.volume || null,
      found: it.from,
      harmless: it.harmless ?? null,
      major: it.major,
      bytes: it.bytes ?? null,
      relations: it.relations,
      state: it.state ?? null,
      used_by: it.others?.map(({ words }) => words) ?? [],
      system_identifier: it.system || null,
      made_at: time(it.made),
      started_at: time(it.started),
      checkpoint_at: time(it.written),
    })),
    sorted_otherwise: diagnosis.sorted.map((it) => ({
      database: it.database,
      noted: it.noted,
      actual: it.actual,
      collation: it.collation || null,
      indexes: it.indexes,
    })),
    findings: findings.map(({ code, found, grave, remedy, type }) => ({
      code,
      grave,
      found,
      remedy,
      type,
    })),
    disagreements: drift.map(({ found, remedy }) => ({ found, remedy })),
    next,
  };
}

function recipeJson(recipe: Recipe | undefined) {
  return recipe === undefined ? null : {
    image: recipe.image,
    major: recipe.major ?? null,
    pgdata: recipe.pgdata,
    mounts: recipe.mounts.map(({ mountPath, name, source }) => ({
      source: source || null,
      volume: name || null,
      inner: mountPath,
    })),
  };
}

const time = (seconds: number | undefined) =>
  seconds === undefined ? null : new Date(seconds * 1000).toISOString();
