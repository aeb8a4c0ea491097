import { walkSync } from "@std/fs";
import { fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

export interface Source {
  /** From the top of the repository, for example "lib/plan/make_plan.ts". */
  readonly path: string;
  readonly text: string;
}

const SKIP = [/\/(dist|node_modules|\.git)$/];

/** The repository's files whose path from its top matches, by path. */
export function sources(match: RegExp): readonly Source[] {
  return [...walkSync(ROOT, { includeDirs: false, skip: SKIP })]
    .map(({ path }) => relative(ROOT, path))
    .filter((path) => match.test(path)).toSorted()
    .map((path) => ({ path, text: Deno.readTextFileSync(join(ROOT, path)) }));
}
