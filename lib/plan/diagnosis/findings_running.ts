import type { Finding, Sight } from "./diagnosis.ts";
import { startWords } from "./remedy.ts";

/** All fits, and it does not serve all the same. */
export function runFindings(sight: Sight): Finding | undefined {
  const { doing, making, name, runtime, said } = sight;
  const start = startWords(sight);
  switch (doing) {
    case "serves":
      return undefined;
    case "stopped":
    case "created":
    case "gone":
      return {
        code: "does-not-run",
        grave: true,
        found: "its image and its data fit, and it does not run",
        remedy: start.length > 0 ? [] : [`Start it where "${name}" is made.`],
        type: start,
      };
    case "starts":
    case "restarts":
      return {
        code: "keeps-failing",
        grave: true,
        found: doing === "starts"
          ? "it runs, and does not say that it is ready"
          : "its image and its data fit, and it fails all the same",
        remedy: [
          said === ""
            ? "Its log says why."
            : "What it last said is above; its log has the rest.",
        ],
        type: [
          making?.unit && doing === "restarts"
            ? `journalctl -u ${making.unit} -n 50`
            : `${runtime} logs --tail 50 ${name}`,
        ],
      };
  }
}

/** Text is sorted by a library, and indexes remember how. */
export function sortingFinding(
  { name, runtime, sorted, superuser }: Sight,
): Finding | undefined {
  const [first] = sorted;
  if (first === undefined) return undefined;
  const names = sorted.map(({ database }) => `"${database}"`).join(", ");
  const from = first.noted === null ? "Alpine's musl" : version(first.noted);
  const to = first.actual === null ? "Alpine's musl" : version(first.actual);
  const isOther = first.noted === null || first.actual === null;
  return {
    code: "sorted-otherwise",
    grave: true,
    found:
      `text in ${names} was sorted by ${from}, and ${to} sorts it now: indexes over text may miss rows and let duplicates in`,
    remedy: isOther
      ? [
        `Name an image of the same base again (${
          first.noted === null ? "Alpine" : "Debian"
        }). To change the base for good, upgrade to the next major version by a dump, which sorts everything again.`,
      ]
      : [
        "Rebuild the indexes, then note the new version. A refresh without a rebuild only hides it.",
      ],
    type: isOther ? [] : sorted.flatMap(({ database }) => [
      `${runtime} exec ${name} reindexdb -U ${word(superuser)} ${
        word(database)
      }`,
      `${runtime} exec ${name} psql -U ${
        word(superuser)
      } -d template1 -c 'alter database ${
        ident(database)
      } refresh collation version'`,
    ]),
  };
}

const version = (text: string) => `the library's version ${text}`;
const word = (name: string) => /^[\w-]+$/.test(name) ? name : "DATABASE";
const ident = (name: string) =>
  /^[\w-]+$/.test(name) ? `"${name}"` : "DATABASE";

/** What its unit would run is another build: no harm, but a word. */
export function driftFinding({ drift }: Sight): Finding | undefined {
  const [first] = drift;
  return first === undefined ? undefined : {
    code: "next-start",
    grave: first.grave,
    found: first.found,
    remedy: [`${first.remedy}.`],
    type: [],
  };
}
