import { assertEquals } from "@std/assert";
import { languageTag } from "./icu_locale.ts";

/** As 18.6 wrote them down where the first was asked for. */
const TAGS: readonly [locale: string, tag: string][] = [
  ["de_DE", "de-DE"],
  ["de_DE.utf8", "de-DE"],
  ["de_DE@collation=phonebook", "de-DE-u-co-phonebk"],
  ["de@colStrength=secondary;colNumeric=yes", "de-u-kn-ks-level2"],
  ["en-u-kn-true", "en-u-kn"],
  ["@colStrength=primary", "und-u-ks-level1"],
  ["", "und"],
  ["root", "und"],
  ["und-u-ks-level2", "und-u-ks-level2"],
  ["zh_Hant_TW@collation=stroke", "zh-Hant-TW-u-co-stroke"],
  ["fr_CA@colBackwards=yes", "fr-CA-u-kb"],
  [
    "en@colCaseFirst=upper;colAlternate=non-ignorable",
    "en-u-ka-noignore-kf-upper",
  ],
];

Deno.test("A locale's language tag is that of the server", () => {
  assertEquals(
    TAGS.map(([locale]) => [locale, languageTag(locale)]),
    TAGS.map(([locale, tag]) => [locale, tag]),
  );
});

Deno.test("Two locales that sort otherwise have two tags", () => {
  const tags = [
    "de",
    "de-u-co-phonebk",
    "de-u-co-search",
    "de-u-ks-level1",
    "de-u-ks-level2",
    "de-u-kn",
    "de-AT-u-co-phonebk",
  ].map(languageTag);
  assertEquals(new Set(tags).size, tags.length);
});

Deno.test("What is no locale is the same only as itself", () => {
  assertEquals(languageTag("de_DE@nothing"), "de_DE@nothing");
});
