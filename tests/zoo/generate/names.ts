import type { Random } from "./random.ts";

/** What people, programs and mischief call things. */
const PLAIN = ["orders", "users", "item", "log_2024", "a", "tbl", "x1", "_tmp"];
const ODD = [
  "Order Items",
  "select",
  "user",
  "Ünïcödé ☃",
  "名前",
  'qu"ote',
  "apo'strophe",
  "back\\slash",
  "semi;colon",
  "dash--dash",
  "com/*ment*/",
  "dollar$$tag$$",
  "per%cent %s %I",
  "line\nfeed",
  "car\rriage",
  "tab\tbed",
  "bell\u0007",
  " space around ",
  "a.b.c",
  "(paren)",
  "{brace}",
  "$(reboot)",
  "`id`",
  "-rf",
  "\\connect postgres",
  "\\! true",
  "1digit",
  "NULL",
  "é\u0301combining",
  "right\u202eleft",
  "-- Name: x; Type: TABLE; Schema: public; Owner: -",
  "very_long_name_that_goes_on_and_on_until_the_limit_of_names_is_nea",
];

const isAscii = (text: string) =>
  [...text].every((char) => (char.codePointAt(0) ?? 0) < 128);

/** In double quotes, whatever it holds. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** As a string literal. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Names that are each given once; every one that a seed asks for twice gets a number. */
export class Names {
  readonly #used = new Map<string, number>();

  /** @param odd how likely a name is a strange one */
  constructor(
    readonly random: Random,
    readonly odd: number,
    readonly ascii: boolean,
  ) {}

  plain(): string {
    const pool = this.random.chance(this.odd) ? ODD : PLAIN;
    const name = this.random.one(
      this.ascii ? pool.filter((it) => isAscii(it)) : pool,
    );
    const times = this.#used.get(name) ?? 0;
    this.#used.set(name, times + 1);
    // At the beginning, as the end may be cut off.
    return times === 0 ? name : `${times}${name}`.replace(/^(\d+)/, "n$1 ");
  }

  quoted(): string {
    return quoted(this.plain());
  }
}

const TEXTS = [
  "",
  "plain",
  "O'Neill",
  'say "hi"',
  "line\nbreak",
  "tab\there",
  "back\\slash",
  "\\N",
  "\\.",
  "Übergröße ☃",
  "{1,2}",
  "NULL",
  "null",
  "a;b",
  "$$",
  "$1",
  "-- not a comment",
  "'; DROP TABLE x; --",
  "\u0001\u001f",
  " ",
  "trailing ",
];

export function textOf(random: Random, ascii: boolean): string {
  const pool = ascii ? TEXTS.filter((it) => isAscii(it)) : TEXTS;
  return literal(random.one(pool));
}
