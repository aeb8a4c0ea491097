/** A report without a look: HTML and Markdown are made of the same. */
export interface Document {
  readonly title: string;
  /** The state in one or two words, and whether it is a good end. */
  readonly badge: { readonly text: string; readonly tone: Tone };
  readonly sections: readonly Section[];
  readonly footer: string;
}

export type Tone = "good" | "open" | "bad";

export interface Section {
  readonly heading: string;
  readonly parts: readonly Part[];
}

export type Part =
  | { readonly kind: "text"; readonly text: string }
  /** Names and what they are. */
  | { readonly kind: "facts"; readonly facts: readonly Cells[] }
  | {
    readonly kind: "table";
    readonly head: Cells;
    readonly rows: readonly Cells[];
    /** Columns that hold figures, from 0. */
    readonly figures?: readonly number[];
  }
  | { readonly kind: "chart"; readonly chart: Chart };

type Cells = readonly string[];

/** Bars over time. */
export interface Chart {
  /** What a reader who does not see it is told. */
  readonly label: string;
  /** Milliseconds that it spans. */
  readonly span: number;
  readonly bars: readonly Bar[];
  /** When nothing served, in milliseconds from its begin. */
  readonly downtimes: readonly { from: number; to: number }[];
}

export interface Bar {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words: string;
  readonly tone: Tone;
}

export const text = (words: string): Part => ({ kind: "text", text: words });
