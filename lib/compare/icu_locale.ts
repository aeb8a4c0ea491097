/**
 * ICU's old keywords by their keys in a language tag, as its table of keys
 * (`uloc_toUnicodeLocaleKey`) has them; of values those that have another word there.
 */
const KEYS: Readonly<Record<string, string>> = {
  calendar: "ca",
  colalternate: "ka",
  colbackwards: "kb",
  colcasefirst: "kf",
  colcaselevel: "kc",
  colhiraganaquaternary: "kh",
  collation: "co",
  colnormalization: "kk",
  colnumeric: "kn",
  colreorder: "kr",
  colstrength: "ks",
  currency: "cu",
  hours: "hc",
  measure: "ms",
  numbers: "nu",
  timezone: "tz",
  variabletop: "vt",
};

const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ca: { gregorian: "gregory", "ethiopic-amete-alem": "ethioaa" },
  co: {
    dictionary: "dict",
    gb2312han: "gb2312",
    phonebook: "phonebk",
    traditional: "trad",
  },
  ka: { "non-ignorable": "noignore" },
  ks: {
    primary: "level1",
    secondary: "level2",
    tertiary: "level3",
    quaternary: "level4",
    quarternary: "level4",
    identical: "identic",
  },
};

/** Keys whose value is a yes or a no. */
const SWITCHES = ["kb", "kc", "kh", "kk", "kn"];

function valueOf(key: string, value: string): string {
  if (SWITCHES.includes(key)) {
    if (value === "yes") return "true";
    if (value === "no") return "false";
  }
  return VALUES[key]?.[value] ?? value;
}

/** `collation=phonebook;colnumeric=yes` as `-u-co-phonebk-kn-true`. */
function extensionOf(keywords: string): string {
  const pairs = keywords.toLowerCase().split(";").filter(Boolean).map((it) => {
    const [keyword = "", value = ""] = it.trim().split("=");
    const key = KEYS[keyword] ?? keyword;
    return `-${key}-${valueOf(key, value)}`;
  });
  return pairs.length === 0 ? "" : `-u${pairs.join("")}`;
}

/**
 * The language tag of an ICU locale, as servers from 16 on write it: `de-DE`
 * for `de_DE`, `de-u-co-phonebk` for `de@collation=phonebook`. One that cannot
 * be read stays unchanged, so that it is the same only as itself.
 */
export function languageTag(locale: string): string {
  const [name = "", keywords = ""] = locale.split("@");
  const plain = name.replace(/\.[^-]*/, "").replaceAll("_", "-");
  const language = /^(root)?$/i.test(plain) ? "und" : plain;
  try {
    return Intl.getCanonicalLocales(language + extensionOf(keywords))[0] ??
      locale;
  } catch (error) {
    if (error instanceof RangeError) return locale;
    throw error;
  }
}
