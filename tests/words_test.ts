import { assertEquals } from "@std/assert";
import { sources } from "./sample/sources.ts";

/**
 * Words that a tired reader stumbles over, and what to write instead. Looked for
 * in all that the program says, its comments, its scripts and its pages.
 */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\banew\b/, "again"],
  [/\bmidst\b/, "in the middle of"],
  [/\bmend(s|ed|ing)?\b/, "fix, repair"],
  [/\b(of ours|a mistake of ours)\b/, "of pgladder, of the run"],
  [/\bas it is\b/, "unchanged, as written, as it stands"],
  [/\b(take|takes|took|taking) effect\b/, "activate"],
  [/(^|[.:!?"'`(] ?)Of [^.:"'`]*:(\s|$)/, "a sentence with its subject first"],
  [/\bplug(s|ged)?\b/, "placeholder"],
  [/\bsealed?\b/, "source fingerprint"],
  [/\b(sighting|hindrance|disagreement)s?\b/i, "observation, blocker, drift"],
  [/\bclimb(s|ed|ing)?\b/i, "run the steps"],
  [/\brungs?\b/, "step"],
  [/\bdeeds?\b/, "action"],
  [/\bin hand\b/, "current"],
  [/\b(upon|thereof|hitherto|whence|lest|nigh)\b/i, "a common word"],
  [/\b(word|words) from you\b/, "confirmation"],
  [/\bof nobody\b/, "no"],
  [
    /\b([Tt]he|[Aa]|[Ii]ts|unit's) holds?\b|\bholder container/,
    "start block, pin",
  ],
  [/\bkeepers?\b/i, "supervisor"],
  [/\b[Ll]apses?\b/, "invalidate"],
];

/** Names that hosts have on their disks and scripts rely on. */
const FROZEN = [
  /"(step-mended|step-lapsed|mend|disagreements)"/g,
  /\bmend(\.sh|:|\b(?=\W+recovers))/g,
  /\bbegin_job mend\b/g,
  /\/plug\b|\bseal\.json\b/g,
  /\bdisagreements\b/g,
  /-climb\.service|\bclimb\.yml|tasks_from: climb/g,
];

const TEXTS = sources(
  /^(main\.ts|README\.md|ARCHITECTURE\.md|(lib|journal)\/.*\.(ts|sh|sql|md|yml|j2|json)|tests\/(bench|crash|zoo)\/README\.md)$/,
).filter(({ path }) => !/_test\.ts$|\/testdata\//.test(path));

/** Of the tests: their names, and comments. What they do to words is theirs. */
const TOLD =
  /^\s*(\/?\*|\/\/).*|(?<![:"'`])\/\/ .*|\b(Deno\.)?(test|step)\(.*|^\s*name: .*/;

const TESTS = sources(/^(tests|lib|journal)\/.*\.ts$/)
  .filter(({ path }) =>
    /^tests\/|_test\.ts$|\/testdata\//.test(path) &&
    !path.endsWith("/words_test.ts")
  ).map(({ path, text }) => ({
    path,
    text: text.split("\n").map((line) => TOLD.exec(line)?.[0] ?? "").join("\n"),
  }));

for (const [word, instead] of WORDS) {
  Deno.test(`Nowhere stands ${word}: write ${instead}`, () => {
    const found = [...TEXTS, ...TESTS].flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => {
        const said = FROZEN.reduce((it, name) => it.replaceAll(name, ""), line);
        return word.test(said) ? [`${path}:${index + 1}: ${line.trim()}`] : [];
      })
    );
    assertEquals(found, []);
  });
}

Deno.test("A sentence broken over two lines is no way round the list", () => {
  const found = TEXTS.flatMap(({ path, text }) =>
    WORDS.slice(0, 6).flatMap(([word]) => {
      const joined = text.replaceAll(/\s*\n\s*(\*|\/\/|#|--)?\s*/g, " ");
      const said = FROZEN.reduce((it, name) => it.replaceAll(name, ""), joined);
      return word.test(said) ? [`${path}: ${word.exec(said)?.[0]}`] : [];
    })
  );
  assertEquals(found, []);
});
