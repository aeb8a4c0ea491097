/**
 * Takes secrets out of text that leaves the host. What looks like one is one:
 * a report with too little in it is asked about, a password that got out stays
 * out.
 */

const GONE = "[removed]";

/** Parts of names whose values are nobody's business. */
const SECRET_NAME =
  "[\\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credential|auth)[\\w.-]*";

const VALUE =
  `(?:"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|[^\\s"',;&})\\]]+)`;

const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    GONE,
  ],
  [/SCRAM-SHA-256\$[^\s"'\\]+/g, GONE],
  [/\bmd5[0-9a-f]{32}\b/gi, GONE],
  // In a JSON text a quote of SQL may stand behind a backslash.
  [/(\bpassword\s+(?:null\b)?)(\\?')(?:(?!\2)[\s\S]|'')*\2/gi, `$1${GONE}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/"']*):[^\s@/"']+@/gi, `$1:${GONE}@`],
  [/(authorization\s*[:=]\s*(?:basic|bearer)\s+)[^\s"']+/gi, `$1${GONE}`],
  [
    new RegExp(
      `((?:\\\\?["'])?\\b${SECRET_NAME}(?:\\\\?["'])?\\s*[=:]\\s*)(?:\\\\"(?:[^"\\\\])*\\\\"|${VALUE})`,
      "gi",
    ),
    `$1${GONE}`,
  ],
  [new RegExp(`(--${SECRET_NAME}\\s+)(?!-)${VALUE}`, "gi"), `$1${GONE}`],
];

/** Shorter values would take ordinary words along. */
const LENGTH_MIN = 4;

/** @param known values that are secret wherever they stand */
export function redact(text: string, known: readonly string[] = []): string {
  let result = text;
  const literal = [...new Set(known)].filter((it) => it.length >= LENGTH_MIN)
    .flatMap((it) => [it, JSON.stringify(it).slice(1, -1)])
    .sort((a, b) => b.length - a.length);
  for (const value of literal) result = result.replaceAll(value, GONE);
  for (const [pattern, replacement] of RULES) {
    result = result.replace(pattern, replacement);
  }
  return result;
}

const SECRET = new RegExp(`^${SECRET_NAME}$`, "i");

/** Values of an environment that are to be looked for everywhere. */
export function secretsOf(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).filter(([name]) => SECRET.test(name))
    // Where a secret lies is none.
    .filter(([name]) => !/_FILE$/.test(name)).map(([, value]) => value)
    .filter((value) => value !== "");
}
