/**
 * A page of the help: what it says, without a word on how it looks. The
 * terminal's text and the man page are made from the same pages.
 */
export interface Page {
  /** As it is asked for: `pgladder help NAME`. */
  readonly name: string;
  /** One phrase without a full stop. */
  readonly about: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "heading"; readonly text: string }
  /** A paragraph. */
  | { readonly kind: "text"; readonly text: string }
  /** What a person types, and what that does. */
  | { readonly kind: "typed"; readonly lines: readonly Pair[] }
  /** The same, of other programs. */
  | { readonly kind: "shell"; readonly lines: readonly Pair[] }
  /** Words, and what they mean. */
  | { readonly kind: "terms"; readonly terms: readonly Pair[] };

type Pair = readonly [string, string];

export const heading = (text: string): Block => ({ kind: "heading", text });
export const text = (text: string): Block => ({ kind: "text", text });
export const typed = (...lines: readonly Pair[]): Block => ({
  kind: "typed",
  lines,
});
export const shell = (...lines: readonly Pair[]): Block => ({
  kind: "shell",
  lines,
});
export const terms = (...terms: readonly Pair[]): Block => ({
  kind: "terms",
  terms,
});
