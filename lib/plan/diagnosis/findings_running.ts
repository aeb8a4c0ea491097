import type { Finding, Sight } from "./diagnosis.ts";
import { quoted } from "../../base/shell.ts";
import { tagOf } from "../facts/image.ts";
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
  { made, name, sorted }: Sight,
): Finding | undefined {
  const [first] = sorted;
  if (first === undefined) return undefined;
  const names = [...new Set(sorted.map(({ database }) => `"${database}"`))];
  const indexes = sorted.reduce((sum, it) => sum + it.indexes, 0);
  const isOther = first.noted === null || first.actual === null;
  const depend = indexes === 0
    ? "no index depends on it yet"
    : `${indexes} ${
      indexes === 1 ? "index" : "indexes"
    } over text may miss rows and let duplicates in`;
  return {
    code: "sorted-otherwise",
    grave: true,
    found: `text in ${names.join(", ")} was sorted by ${
      versionWords(first.noted)
    }, and ${versionWords(first.actual)} sorts it now: ${depend}`,
    remedy: [
      "Rebuild what depends on it: in one run, which stops what writes meanwhile. A refresh of the version without a rebuild only hides it.",
      ...isOther
        ? [
          `Do so before you name an image of the other base again, too: what was written since is sorted as ${
            versionWords(first.actual)
          } does.`,
        ]
        : [],
    ],
    type: [rebuildCommand(name, made?.image ?? "")],
  };
}

/** By the very name that it runs by: nothing is to be switched. */
function rebuildCommand(name: string, image: string): string {
  const tag = tagOf(image);
  return `pgladder upgrade ${quoted(name)} ${
    tag === "" ? `--image ${quoted(image)}` : `--to ${quoted(tag)}`
  }`;
}

const versionWords = (version: string | null) =>
  version === null ? "Alpine's musl" : `the library's version ${version}`;

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
