import { first } from "../../base/format.ts";
import type { Facts } from "../facts/facts.ts";
import type { Dependent, SortingFacts } from "../facts/sorting.ts";
import { isMinor } from "../make_plan.ts";
import { type Check, type Finding, ok, refuse, warn } from "./check.ts";

export const sorting: Check = {
  name: "sorting",
  about:
    "both images' libraries sort text in one way, or what depends on it is built again",
  worst: "refuse",
  remedy:
    "use --method dump, or an image on the same base; in a minor upgrade read what is named, and allow connections where they are not",
  look(facts, { method }) {
    if (isMinor(facts)) return minor(facts);
    const { from, libcs, to } = facts;
    const [old, its] = [libcs.from, libcs.to].map((it) => it.split(" ")[0]);
    if (old === its) return ok(`by ${libcs.to}`);
    const found = `${from.reference} is of ${old}, ${to.reference} of ${its}`;
    return method === "pg_upgrade"
      ? refuse(
        `${found}: every index on text would be wrong`,
        "Use --method dump, which builds each index again",
      )
      : warn(
        `${found}, which sorts text differently`,
        "Indexes are built again; look at what relies on the order of text: ORDER BY, partitions by range of text",
      );
  },
};

/** The data stay, and what was sorted otherwise is rebuilt in its place. */
function minor({ fileSystem, libcs, server, sorting: found }: Facts): Finding {
  if (found === undefined) return ok(`by ${libcs.to}`);
  if (!found.needed) return ok(`as before, by ${libcs.to}`);
  const words = `${changeWords(found)}; ${dependentWords(found)}`;
  const closed = server.databases.find(({ connect, name }) =>
    !connect && name !== "template0"
  );
  if (closed !== undefined) {
    return refuse(
      `${words}, and the database ${
        JSON.stringify(closed.name)
      } allows no connections: its indexes could not be rebuilt`,
      "ALTER DATABASE … ALLOW_CONNECTIONS true, or drop it",
    );
  }
  if (server.tablespaces.length > 0) {
    return refuse(
      `${words}, and indexes may lie in the tablespaces ${
        first(server.tablespaces)
      }, which no job of pgladder has`,
      "Move them to pg_default, or take an image on the same base",
    );
  }
  const needed = roomFor(found);
  if (fileSystem.freeBytes < needed) {
    return refuse(
      `${words}, for which there is too little room at "${fileSystem.mount}"`,
      "Make room there for the indexes once more, and their log",
    );
  }
  const told = found.dependents.filter(({ kind }) => kind !== "index")
    .toSorted((a, b) => TOLD.indexOf(a.kind) - TOLD.indexOf(b.kind));
  return told.length === 0 ? ok(words) : warn(
    words,
    `Look at ${
      toldWords(told)
    } afterwards: the step "reindex" counts the rows that belong elsewhere, and moves none`,
  );
}

/** A rebuilt index stands beside the old one, and in the log. */
const roomFor = ({ dependents }: SortingFacts) =>
  2 * dependents.reduce((sum, { bytes }) => sum + bytes, 0);

function changeWords({ libraries, stale }: SortingFacts): string {
  const { icu, libc } = libraries;
  const changed = icu.filter(({ from, to }) => from !== to);
  const said = [
    ...libc.from === libc.to
      ? []
      : [`the C library's ${versionOf(libc.from)} → ${versionOf(libc.to)}`],
    ...changed.length === 0 ? [] : [
      `ICU's ${
        first(
          changed.map(({ from, locale, to }) =>
            `"${locale}" ${versionOf(from)} → ${versionOf(to)}`
          ),
        )
      }`,
    ],
  ];
  return [
    ...said.length === 0
      ? []
      : [`text is sorted otherwise: ${said.join(", ")}`],
    ...stale.length === 0
      ? []
      : [`text in ${first(stale)} was sorted otherwise than now`],
  ].join("; ");
}

const versionOf = (version: string) => version === "" ? "unknown" : version;

function dependentWords({ dependents }: SortingFacts): string {
  const indexes = dependents.filter(({ kind }) => kind === "index");
  if (indexes.length === 0) return "no index depends on it";
  const databases = new Set(indexes.map(({ database }) => database)).size;
  const unique = indexes.filter((it) => it.unique).length;
  return `${count(indexes.length, "index", "indexes")} in ${
    count(databases, "database", "databases")
  } (${unique} unique) to be rebuilt`;
}

const count = (number: number, one: string, more: string) =>
  `${number} ${number === 1 ? one : more}`;

/** What is graver comes first. */
const TOLD: readonly Dependent["kind"][] = ["range", "check", "matview"];
const TOLD_MAX = 3;

function toldWords(told: readonly Dependent[]): string {
  const names = told.slice(0, TOLD_MAX).map(described).join(", ");
  const more = told.length - TOLD_MAX;
  return more > 0 ? `${names} and ${more} more` : names;
}

const NAMES = {
  index: "the index",
  range: "the partitions of",
  check: "the check",
  matview: "the materialized view",
} as const;

const described = ({ database, kind, name }: Dependent) =>
  `${NAMES[kind]} ${name} in ${JSON.stringify(database)}`;
