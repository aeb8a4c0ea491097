/**
 * The syntax of the Nix language (its reference manual, "Nix language"), as a
 * tree whose parts know where they stand in the text.
 */

/** Offsets in the text, in UTF-16 units; `end` is behind the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Expression = Span & ExpressionBody;

type ExpressionBody =
  | { readonly kind: "string"; readonly parts: readonly StringPart[] }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "name"; readonly text: string }
  /** `./a.nix`; without a text where something is interpolated. */
  | {
    readonly kind: "path";
    readonly text: string | undefined;
    readonly parts: readonly StringPart[];
  }
  /** `<nixpkgs/nixos>` */
  | { readonly kind: "search-path"; readonly text: string }
  /** An unquoted address. */
  | { readonly kind: "uri"; readonly text: string }
  | {
    readonly kind: "set";
    readonly recursive: boolean;
    readonly bindings: readonly Binding[];
  }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | {
    readonly kind: "lambda";
    readonly parameters: readonly string[];
    /** The one that stands for the whole argument: `x:`, `{ … }@x:`. */
    readonly whole: string | undefined;
    readonly defaults: ReadonlyMap<string, Expression>;
    readonly body: Expression;
  }
  | {
    readonly kind: "let";
    readonly bindings: readonly Binding[];
    readonly body: Expression;
  }
  | {
    readonly kind: "with";
    readonly scope: Expression;
    readonly body: Expression;
  }
  | {
    readonly kind: "if";
    readonly condition: Expression;
    readonly then: Expression;
    readonly otherwise: Expression;
  }
  | {
    readonly kind: "assert";
    readonly condition: Expression;
    readonly body: Expression;
  }
  | {
    readonly kind: "apply";
    readonly callee: Expression;
    readonly argument: Expression;
  }
  | {
    readonly kind: "select";
    readonly of: Expression;
    readonly keys: readonly Key[];
    readonly otherwise: Expression | undefined;
  }
  | {
    readonly kind: "has";
    readonly of: Expression;
    readonly keys: readonly Key[];
  }
  /** Without `left`: `!` and `-` before an operand. */
  | {
    readonly kind: "operation";
    readonly operator: string;
    readonly left: Expression | undefined;
    readonly right: Expression;
  };

export type StringPart =
  | Span & {
    readonly kind: "text";
    /** As the string has it. */
    readonly text: string;
    /** It stands letter for letter in the source. */
    readonly verbatim: boolean;
  }
  | Span & { readonly kind: "expression"; readonly expression: Expression };

/** A name in an attribute path; without a text where it is computed. */
export interface Key extends Span {
  readonly text: string | undefined;
}

/** `a.b = value;`, from its first letter to behind the semicolon. */
export interface Binding extends Span {
  readonly keys: readonly Key[];
  readonly value: Expression;
  /** By `inherit`: there is no place for a value of its own. */
  readonly inherited: boolean;
}

/** What is written is not Nix, or not as we know it. */
export class NixSyntaxError extends Error {
  override name = "NixSyntaxError";
  constructor(
    readonly problem: string,
    readonly at: number,
  ) {
    super(problem);
  }
}

/** Counted from 1. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let here = text.indexOf("\n"); here >= 0 && here < at;) {
    line++;
    here = text.indexOf("\n", here + 1);
  }
  return line;
}
