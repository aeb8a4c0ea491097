import { createHash } from "node:crypto";
import { controlOf, damageOf, rowsOf, sumsOf } from "./host/cluster.ts";
import { inodeOf, namesIn, textAt } from "./host/disk.ts";
import {
  aborted,
  backup,
  dropInOf,
  isMounted,
  JOURNAL,
  STATE,
  UNIT,
  UNIT_FILE,
  VOLUME,
  work,
} from "./host/places.ts";
import { inPieces, knownBy, somePieces } from "./pieces.ts";
import { type HostState, isMinor, placeOf, referenceOf } from "./host/state.ts";

/**
 * What must hold at every instant, of a disk as a power cut has left it. With
 * eyes of their own: nothing here is the program's but the words of its
 * journal.
 */

interface Fact {
  readonly type: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly evidence?: Readonly<Record<string, string>>;
  readonly plan?: { readonly volume: { readonly inode: string } };
}

/** The journal as a stranger reads it. */
export interface Said {
  /** Each entry's own text. */
  readonly entries: readonly string[];
  readonly inode: string;
  readonly turnedBack: boolean;
  readonly committing: boolean;
  readonly closed: boolean;
  readonly lossConfirmed: boolean;
  /** Steps that were ever begun; that stand now. */
  readonly ever: ReadonlySet<string>;
  readonly begun: ReadonlySet<string>;
  /** Steps that are done, with their evidence; that were undone since. */
  readonly done: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly undone: ReadonlySet<string>;
}

/** @throws it cannot be read, or is not what was written */
export function readJournal(text: string): Said {
  const document = JSON.parse(text) as {
    format: unknown;
    tool: string;
    checksum: string;
    entries: { fact: Fact }[];
  };
  const { checksum, entries, format, tool } = document;
  const sum = createHash("sha256")
    .update(JSON.stringify({ format, tool, entries })).digest("hex");
  if (checksum !== `sha256:${sum}`) throw new Error("its checksum is wrong");
  const done = new Map<string, Readonly<Record<string, string>>>();
  const begun = new Set<string>();
  const ever = new Set<string>();
  const undone = new Set<string>();
  const types = new Set<string>();
  for (const { fact: { evidence, step = "", type } } of entries) {
    if (type === "run-turned-up") {
      types.delete("run-turned-back");
      types.delete("loss-confirmed");
    }
    types.add(type);
    if (type === "step-started") {
      begun.add(step);
      ever.add(step);
      undone.delete(step);
    }
    if (/^(step-(started|failed|lapsed)|undo-)/.test(type)) done.delete(step);
    if (/^step-(done|mended)$/.test(type)) done.set(step, evidence ?? {});
    if (type === "undo-done") {
      undone.add(step);
      begun.delete(step);
    }
  }
  return {
    entries: entries.map((entry) => JSON.stringify(entry)),
    inode: entries[0]?.fact.plan?.volume.inode ?? "",
    turnedBack: types.has("run-turned-back"),
    committing: types.has("run-committing"),
    closed: types.has("run-closed"),
    lossConfirmed: types.has("loss-confirmed"),
    ever,
    begun,
    done,
    undone,
  };
}

/** Looks at the disk; `acknowledged` is the last journal that was durable. */
export function look(
  state: HostState,
  acknowledged: string | undefined,
): string[] {
  const wrong: string[] = [];
  const must = (holds: boolean, words: string) => {
    if (!holds) wrong.push(words);
  };
  lookAtVolume(state, must);
  lookAtRows(state, must);
  try {
    const said = lookAtJournal(acknowledged, must);
    if (said !== undefined) lookAtDone(state, said, must);
  } catch (error) {
    wrong.push(`I5: the journal cannot be read: ${error}`);
  }
  return wrong;
}

type Must = (holds: boolean, words: string) => void;

/** I3: the volume's path is never missing, and never looks empty to an image. */
function lookAtVolume({ from, to }: HostState, must: Must) {
  const versions = [from, to].map((major) =>
    textAt(`${VOLUME}${placeOf(major)}/PG_VERSION`)
  );
  must(
    versions.some((text) => text !== undefined && text.trim() !== ""),
    `I3: "${VOLUME}" has no PG_VERSION`,
  );
}

/** I1: some complete copy of every row that was acknowledged. */
function lookAtRows(state: HostState, must: Must) {
  const wanted = state.acknowledged.map(({ row }) => row)
    .filter((row) => !state.given.includes(row));
  const places = [VOLUME, backup(), aborted(), `${work()}/staging`]
    .flatMap((path) => [state.from, state.to].map((it) => path + placeOf(it)));
  const isComplete = (data: string) => {
    if (damageOf(data) !== undefined) return false;
    const rows = rowsOf(data);
    return wanted.every((row) => rows.includes(row));
  };
  must(
    places.some(isComplete) || isMounted() && somePieces(state, isComplete),
    "I1: no complete copy of all acknowledged rows",
  );
}

/** I5: what was acknowledged is there, and one fact more at most. */
function lookAtJournal(
  acknowledged: string | undefined,
  must: Must,
): Said | undefined {
  const archived = namesIn(`${STATE}/history`)
    .map((name) => textAt(`${STATE}/history/${name}`));
  const found = [textAt(JOURNAL), ...archived]
    .filter((text) => text !== undefined).map(readJournal);
  const before = acknowledged === undefined ? [] : readJournal(acknowledged)
    .entries;
  const said = found.find(({ entries }) =>
    before.every((entry, index) => entries[index] === entry) &&
    entries.length <= before.length + 1
  );
  must(
    said !== undefined || before.length === 0,
    `I5: the journal has ${
      found.map(({ entries }) => entries.length).join("/") || "no"
    } entries, ${before.length} were acknowledged`,
  );
  return said ?? found[0];
}

/** I5: what is said to be done is there, with its content. */
function lookAtDone(state: HostState, said: Said, must: Must) {
  if (said.committing || said.closed) return;
  const { begun, done, inode, undone } = said;
  const old = `${VOLUME}${placeOf(state.from)}`;
  if (done.has("close")) {
    const aside = isMinor(state) ? VOLUME : backup();
    must(
      knownBy(aside, state.from) ===
        (isMounted() ? done.get("close")?.["inode"] : inode),
      `I5: the old data are not "${aside}"`,
    );
    must(
      damageOf(`${aside}${placeOf(state.from)}`) === undefined,
      "I5: the old data are damaged",
    );
    if (!begun.has("switch")) {
      must(
        /PathExists=\//.test(textAt(dropInOf(UNIT)) ?? ""),
        "I5: the unit's hold is not on the disk",
      );
    }
  }
  if (undone.has("close")) {
    must(inodeOf(VOLUME) === inode, "I5: the old data are not back");
    must(damageOf(old) === undefined, "I5: the old data are damaged");
  }
  const dump = done.get("dump");
  if (dump !== undefined) {
    must(
      holds(`${work()}/dump`, state.products[`dump ${dump["attempt"]}`]),
      "I5: the dump is not what was dumped",
    );
    must(textAt(`${work()}/dump/seal.json`) !== undefined, "I5: no seal");
  }
  const build = done.get("build");
  if (build !== undefined) lookAtBuild(state, said, build, must);
  if (done.has("switch")) {
    must(
      textAt(UNIT_FILE)?.includes(referenceOf(state.to)) === true,
      "I5: the unit does not name the new image",
    );
  }
  if (undone.has("switch")) {
    must(
      textAt(UNIT_FILE)?.includes(referenceOf(state.from)) === true,
      "I5: the unit does not name the old image",
    );
  }
  for (
    const [step, path] of [["build", "staging"], ["dump", "dump"]] as const
  ) {
    if (!undone.has(step)) continue;
    must(
      inodeOf(`${work()}/${path}`) === undefined,
      `I5: "${path}" is not gone`,
    );
  }
}

function lookAtBuild(
  state: HostState,
  { begun, done, ever }: Said,
  evidence: Readonly<Record<string, string>>,
  must: Must,
) {
  const { attempt, inode } = evidence;
  const place = [VOLUME, `${work()}/staging`]
    .find((path) => knownBy(path, state.to) === inode);
  must(place !== undefined, "I5: the new cluster is gone");
  if (place === undefined) return;
  if (done.has("swap")) must(place === VOLUME, "I5: the swap is gone");
  // Some of it may be on its way.
  if (isMounted() && begun.has("swap") && !done.has("swap")) return;
  if (ever.has("switch")) {
    // It may have taken rows since.
    const damage = damageOf(`${place}${placeOf(state.to)}`);
    must(damage === undefined, `I5: the new cluster misses ${damage}`);
    return;
  }
  must(
    holds(place, state.products[`build ${attempt}`]),
    "I5: the new cluster is not what was built",
  );
}

function holds(
  directory: string,
  wanted: Readonly<Record<string, string>> | undefined,
): boolean {
  const found = sumsOf(directory);
  return wanted !== undefined &&
    Object.entries(wanted).every(([name, sum]) => found[name] === sum);
}

/** Of a journal on the mounted disk, if there is one that is open. */
export function said(): Said | undefined {
  const text = textAt(JOURNAL);
  return text === undefined ? undefined : readJournal(text);
}

/** How the last run ended whose journal lies in the history. */
export function archived(): "first" | "committed" | undefined {
  const name = namesIn(`${STATE}/history`).at(-1);
  if (name === undefined) return undefined;
  const { committing } = readJournal(textAt(`${STATE}/history/${name}`) ?? "");
  return committing ? "committed" : "first";
}

/** I1: `status` names a directory where all acknowledged rows are. */
export function lookAtStatus(state: HostState, printed: string): string[] {
  const { database } = JSON.parse(printed) as { database: { volume: string } };
  const old = state.acknowledged[0]?.system;
  const lost = said()?.lossConfirmed ?? false;
  const wanted = state.acknowledged.filter(({ row, system }) =>
    !state.given.includes(row) && (system === old || !lost)
  );
  const places = [state.from, state.to]
    .map((it) => database.volume + placeOf(it));
  const data = places.find((path) => controlOf(path) !== undefined) ?? "";
  const rows = isMounted() && damageOf(data) !== undefined
    ? inPieces(rowsOf)
    : rowsOf(data);
  return wanted.every(({ row }) => rows.includes(row))
    ? []
    : [`I1: status names "${database.volume}", where not all rows are`];
}
