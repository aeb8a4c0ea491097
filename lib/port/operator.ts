/** The person at the terminal, if there is one. */
export interface Operator {
  /** A result, on standard output. */
  print(text: string): void;
  /** True where a question can be asked. */
  readonly present: boolean;
  /** One line typed by the person; undefined where nobody answers. */
  ask(question: string): Promise<string | undefined>;
}
