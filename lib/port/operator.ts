/** The person at the terminal, if there is one. */
export interface Operator {
  /** A result, on standard output. */
  print(text: string): void;
  /** True where a question can be asked. */
  readonly present: boolean;
  /** One line, typed behind the question and a space; undefined where nobody answers. */
  ask(question: string): Promise<string | undefined>;
}

/** A terminal on which lines can be drawn again and again. */
export interface Screen {
  /** False for a file, a pipe, and a terminal that cannot move its cursor. */
  readonly live: boolean;
  /** Whole pages can be drawn. */
  readonly pages: boolean;
  /** It was, and no longer is: nobody sees what is drawn. */
  readonly gone: boolean;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Replaces the last lines, below all that is said; none takes them away. */
  draw(lines: readonly string[]): void;
  /** A whole page that takes the place of the one before. */
  fill(text: string): void;
  /** What was on the terminal before comes back. */
  leave(): void;
}
