import { bytes, safe } from "../base/format.ts";
import { hang } from "../base/wrap.ts";
import type {
  Diagnosis,
  Doing,
  KnownCluster,
} from "../plan/diagnosis/diagnosis.ts";
import { placeIn, type Recipe } from "../plan/diagnosis/recipe.ts";
import { countWords, day } from "../plan/diagnosis/remedy.ts";

/** The first word of help: what is there, what is wrong, what to type. */

const COLUMNS = 80;

const DOES: Readonly<Record<Doing, string>> = {
  serves: "serves",
  starts: "runs and is not ready",
  restarts: "restarts for ever",
  stopped: "is stopped",
  created: "was made and never started",
  gone: "is gone",
};

/** One sentence, without its full stop. */
export function diagnosisTitle(
  { clusters, doing, findings, name, place }: Diagnosis,
): string {
  const [first] = findings;
  const at = clusters.find(({ path }) => path === place);
  const serves = at === undefined ? "" : ` PostgreSQL ${at.major}`;
  const does = `"${name}" ${DOES[doing]}${doing === "serves" ? serves : ""}`;
  if (first === undefined) return `${does}, and all fits`;
  if (first.grave) return `${does}: ${first.found}`;
  return `${does}. ${first.found.charAt(0).toUpperCase()}${
    first.found.slice(1)
  }`;
}

export function diagnosisText(
  diagnosis: Diagnosis,
  shown: readonly KnownCluster[],
  columns = COLUMNS,
): string {
  const { configured, findings, made, making, next, said } = diagnosis;
  const line = (label: string, words: string) =>
    hang(`  ${label.padEnd(11)} `, words, columns);
  const lines = [
    ...hang("", `${diagnosisTitle(diagnosis)}.`, columns),
    "",
    ...made === undefined ? [] : line("container", recipeWords(made)),
    ...making === undefined ? [] : line("made by", makingWords(diagnosis)),
    ...configured === undefined
      ? []
      : line("would run", wouldWords(configured, made)),
    ...said === "" ? [] : line("last error", said),
    ...shown.length === 0 ? [] : ["", "Clusters on this host:"],
    ...shown.flatMap((it) => clusterLines(it, diagnosis, columns)),
    ...findings.flatMap((it, index) => [
      "",
      ...index === 0 ? [] : hang("  ! ", `${it.found}.`, columns),
      ...it.remedy.flatMap((sentence) =>
        hang(index === 0 ? "" : "    ", sentence, columns)
      ),
      ...index === 0 && it.grave
        ? []
        : it.type.map((command) => `    ${command}`),
    ]),
    "",
    ...nextLines(next),
  ];
  return safe(lines.join("\n").replace(/\n{3,}/g, "\n\n").trimEnd());
}

const nextLines = (next: readonly string[]) =>
  next.length === 0 ? [] : [
    `Next:     ${next[0]}`,
    ...next.slice(1).map((command) => `          ${command}`),
  ];

function recipeWords({ image, major, mounts, pgdata }: Recipe): string {
  const version = major === undefined
    ? "not on this host, or says no version"
    : `PostgreSQL ${major}`;
  const mounted = mounts.filter(({ mountPath }) =>
    /postgres|pgdata/.test(mountPath)
  )
    .map(({ mountPath, name, source }) =>
      `${shortly(name) || source || "a new volume"} at ${mountPath}`
    );
  return [`${image} (${version})`, `data in ${pgdata}`, ...mounted].join(", ");
}

function wouldWords(configured: Recipe, made: Recipe | undefined): string {
  const words = recipeWords(configured);
  return made !== undefined && made.image === configured.image &&
      placeIn(made) === placeIn(configured)
    ? "the same"
    : words;
}

function makingWords({ making }: Diagnosis): string {
  if (making === undefined) return "";
  const files = making.kind === "container" || making.files.length === 0
    ? ""
    : ` (${making.files.map((file) => `"${file}"`).join(", ")})`;
  return `${making.words}${files}`;
}

/** A name that nobody gave is too long to be read. */
const shortly = (name: string) =>
  /^[0-9a-f]{64}$/.test(name)
    ? `the nameless volume ${name.slice(0, 12)}`
    : name;

const LED: Readonly<Record<KnownCluster["from"], string>> = {
  mounted: "mounted",
  project: "a volume of the project",
  beside: "beside the mounted directory",
  unused: "in no container",
};

const HARMLESS: Readonly<
  Record<NonNullable<KnownCluster["harmless"]>, string>
> = {
  "of another": "by its name or labels another service's",
  "in use": "another service's",
  kept: "an old copy that an upgrade has left",
};

const STATES: Readonly<Record<string, string>> = {
  "shut down": "shut down cleanly",
  "in production": "in use, or not shut down cleanly",
};

function clusterLines(
  cluster: KnownCluster,
  { place }: Diagnosis,
  columns: number,
): string[] {
  const { from, harmless, major, others, path, relations, state, volume } =
    cluster;
  const isPlace = path === place;
  const words = [
    `PostgreSQL ${major}`,
    ...cluster.bytes === undefined ? [] : [bytes(cluster.bytes)],
    relations === 0 ? "empty" : countWords(relations),
    ...cluster.started === undefined
      ? []
      : [`last started ${day(cluster.started)}`],
    ...cluster.written === undefined
      ? []
      : [`last checkpoint ${day(cluster.written)}`],
    ...others?.[0] !== undefined
      ? [`in use by ${others[0].words}`]
      : state === undefined
      ? []
      : [STATES[state] ?? state],
    ...isPlace ? [] : [LED[from]],
    ...harmless === undefined ? [] : [HARMLESS[harmless]],
    ...volume === "" || /^[0-9a-f]{64}$/.test(volume)
      ? []
      : [`volume ${volume}`],
  ];
  return [
    `  ${isPlace ? "*" : "-"} ${path}${isPlace ? "   ← it looks here" : ""}`,
    ...hang("    ", words.join(", "), columns),
  ];
}
