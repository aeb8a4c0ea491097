import { NixSyntaxError } from "./syntax.ts";
import { type Token, tokenAt } from "./tokens.ts";

/** What people write nests a few dozen deep; the stack holds some thousands. */
const DEPTH_MAX = 400;

/** A place in a text of Nix, and the token that begins there. */
export class Cursor {
  #token: Token;
  #depth: number;

  /** Within `around`, at the same depth, or at the text's beginning. */
  constructor(readonly source: string, at = 0, around?: Cursor) {
    this.#token = tokenAt(source, at);
    this.#depth = around === undefined ? 0 : around.#depth;
  }

  /**
   * What can hold itself is read by this.
   *
   * @throws {NixSyntaxError} it nests deeper than anyone writes
   */
  nested<T>(read: () => T): T {
    if (this.#depth >= DEPTH_MAX) this.fail("This nests too deep");
    this.#depth++;
    const inner = read();
    this.#depth--;
    return inner;
  }

  get token(): Token {
    return this.#token;
  }

  /** An operator, a bracket or a keyword. */
  is(text: string): boolean {
    return this.#token.kind === "mark" && this.#token.text === text;
  }

  /** A keyword only behind a selection, elsewhere a name. */
  get isOr(): boolean {
    return this.#token.kind === "name" && this.#token.text === "or";
  }

  next(): Token {
    const token = this.#token;
    this.#token = tokenAt(this.source, token.end);
    return token;
  }

  moveTo(at: number): void {
    this.#token = tokenAt(this.source, at);
  }

  /** The token behind this one, which is not a quote. */
  peek(token = this.#token): Token {
    return tokenAt(this.source, token.end);
  }

  require(text: string): Token {
    if (!this.is(text)) this.fail(`"${text}" is missing here`);
    return this.next();
  }

  requireName(): Token {
    if (this.#token.kind !== "name") this.fail("A name is missing here");
    return this.next();
  }

  fail(problem: string): never {
    throw new NixSyntaxError(problem, this.#token.start);
  }
}
