/**
 * A word of a command line, and where each of its characters stands in the
 * text that it was read from.
 */
export interface Word {
  /** Without quotes and escapes; what a shell would expand stays unchanged. */
  readonly text: string;
  /** Of the whole word, quotes included; -1 for a word without a text. */
  readonly start: number;
  readonly end: number;
  /** For each character of `text` its offset in the source. */
  readonly at: readonly number[];
}

/** Builds a word character by character. */
export class WordBuilder {
  #text = "";
  #at: number[] = [];

  constructor(readonly start: number) {}

  add(character: string, at: number): void {
    this.#text += character;
    // A character outside the first plane is two in a string.
    for (let unit = 0; unit < character.length; unit++) this.#at.push(at);
  }

  /** Every character of the source from `at` on stands for itself. */
  addAll(source: string, at: number, end: number): void {
    for (let here = at; here < end; here++) this.add(source[here] ?? "", here);
  }

  end(end: number): Word {
    return { text: this.#text, start: this.start, end, at: this.#at };
  }
}

/** An argument of a process, which has no text around it. */
export function bareWord(text: string): Word {
  return { text, start: -1, end: -1, at: Array(text.length).fill(-1) };
}

/** A word that was read from the text of another one. */
export function within(outer: Word, inner: Word): Word {
  const place = (at: number) => outer.at[at] ?? -1;
  const last = place(inner.end - 1);
  return {
    text: inner.text,
    start: place(inner.start),
    end: last < 0 ? -1 : last + 1,
    at: inner.at.map(place),
  };
}

/**
 * Where a part of a word's text stands in the source, if it stands there
 * letter for letter, so that it can be replaced by another one.
 */
export function spanOf(
  source: string,
  word: Word,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } {
  const start = word.at[from] ?? -1;
  const end = (word.at[to - 1] ?? -2) + 1;
  const stands = to > from && start >= 0 &&
    source.slice(start, end) === word.text.slice(from, to);
  return stands ? { start, end } : { start: -1, end: -1 };
}
