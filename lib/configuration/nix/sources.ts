import { join } from "@std/path";
import { parseNix } from "./parse.ts";
import { type Expression, lineOf, NixSyntaxError } from "./syntax.ts";

/** Names and parts looked at for one question; what people write takes a few. */
const STEPS_MAX = 1500;

/** The texts of a configuration, by the absolute paths of its files. */
export class Sources {
  readonly #parsed = new Map<string, Expression | undefined>();
  readonly #problems = new Map<string, string>();

  #isAsked = false;
  #steps = 0;

  constructor(
    readonly texts: ReadonlyMap<string, string>,
    /** What else lies there and was not read, a phrase each. */
    readonly skipped: readonly string[] = [],
    /** Other names of these files. */
    readonly links: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** Files that are not Nix as we know it, with where and why. */
  get problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  /**
   * One question, with all that it leads to. Names that lead to two names each
   * would lead to more than a machine can count: after a while what is not
   * known yet stays unknown.
   */
  ask<T>(question: () => T): T {
    if (this.#isAsked) return question();
    this.#isAsked = true;
    this.#steps = 0;
    try {
      return question();
    } finally {
      this.#isAsked = false;
    }
  }

  mayGoOn(): boolean {
    return this.#steps++ < STEPS_MAX;
  }

  /** Undefined where there is no such file, or it cannot be read as Nix. */
  expression(file: string): Expression | undefined {
    if (!this.#parsed.has(file)) this.#parsed.set(file, this.#parse(file));
    return this.#parsed.get(file);
  }

  /** The file that a path stands for; a directory means its default.nix. */
  fileAt(path: string): string | undefined {
    return [this.links.get(path) ?? path, join(path, "default.nix")]
      .find((it) => this.texts.has(it));
  }

  #parse(file: string): Expression | undefined {
    const text = this.texts.get(file);
    if (text === undefined) return undefined;
    try {
      return parseNix(text);
    } catch (error) {
      if (!(error instanceof NixSyntaxError)) throw error;
      const line = lineOf(text, error.at);
      this.#problems.set(file, `line ${line}: ${error.problem}`);
      return undefined;
    }
  }
}
