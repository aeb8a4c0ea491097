import { join } from "@std/path";

/** A fault that is planted in a copy of the program. */
export interface Mutant {
  /** What goes wrong with it, as a person would tell it. */
  readonly name: string;
  /** From the top of the repository. */
  readonly file: string;
  /** Texts that stand there exactly once, and what takes their place. */
  readonly edits: readonly (readonly [string, string])[];
}

/**
 * The file's text with the fault in it.
 *
 * @throws a text of the mutant no longer stands there exactly once
 */
export function planted({ edits, file, name }: Mutant, text: string): string {
  return edits.reduce((now, [from, to]) => {
    const [before, after, ...more] = now.split(from);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(
        `"${name}" no longer fits "${file}": this must stand there once:\n${from}`,
      );
    }
    return before + to + after;
  }, text);
}

/** Plants it below `top`; returns what takes it away again. */
export function plant(mutant: Mutant, top: string): () => void {
  const path = join(top, mutant.file);
  const before = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, planted(mutant, before));
  return () => Deno.writeTextFileSync(path, before);
}
