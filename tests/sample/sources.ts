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

/** What the program is made of, without its tests. */
export function productSources(): readonly Source[] {
  return sources(/^(main|(lib|journal)\/.*(?<!_test))\.ts$/);
}

const CLOSES: Readonly<Record<string, string>> = {
  "(": ")",
  "{": "}",
  "[": "]",
};

/**
 * The parts between commas of the bracket that opens at this place, without
 * those of inner brackets. Strings and templates are stepped over.
 */
export function partsOfBracket(text: string, open: number): string[] {
  const parts: string[] = [];
  const waiting: string[] = [];
  let part = "";
  for (let at = open; at < text.length; at++) {
    const char = text[at] ?? "";
    if (/["'`]/.test(char)) {
      const end = endOfString(text, at);
      part += text.slice(at, end);
      at = end - 1;
      continue;
    }
    if (char === waiting.at(-1)) waiting.pop();
    if (waiting.length === 0 && at > open) break;
    if (char === "," && waiting.length === 1) {
      parts.push(part.trim());
      part = "";
    } else if (at > open) part += char;
    const close = CLOSES[char];
    if (close !== undefined) waiting.push(close);
  }
  return [...parts, part.trim()].filter((it) => it !== "");
}

/** Just behind the string that starts here; a template's insides count as its. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  let inner = 0;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (quote === "`" && text.startsWith("${", at)) inner++;
    else if (inner > 0 && char === "}") inner--;
    else if (inner === 0 && char === quote) return at + 1;
  }
  return text.length;
}
