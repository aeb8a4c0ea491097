import {
  ENTER_SCREEN,
  ERASE_BELOW,
  ERASE_LINE_END,
  eraseUp,
  HOME,
  LEAVE_SCREEN,
} from "./escape_codes.ts";
import { isOutputClosed } from "./closed.ts";
import { paint } from "./paint.ts";
import type { Screen } from "../../port/operator.ts";
import { safe, safeLine } from "../../base/format.ts";
import { columnsOf, cut, foldProse } from "../../base/wrap.ts";

interface Stream {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

export interface TerminalParts {
  readonly out: Stream;
  readonly err: Stream;
  /** @throws {Error} nobody knows, as on some serial lines */
  readonly size: () => { columns: number; rows: number };
  readonly env: (name: string) => string | undefined;
  /** Nobody reads standard output any more. */
  readonly closed: () => boolean;
}

/** Where nobody says how big it is. */
const USUAL = { columns: 80, rows: 24 };

/**
 * Standard output and error, which are mostly one and the same terminal: what
 * is said goes above the lines that are drawn again and again. A terminal that
 * is gone (EPIPE, EIO), or a file whose disk is full, is no reason to stop: an
 * upgrade that is in the journal goes on without an audience.
 */
export class Terminal implements Screen {
  readonly #parts: TerminalParts;
  #drawn: readonly string[] = [];
  #paints: boolean;
  #full = false;
  #gone = false;

  constructor(parts: TerminalParts = REAL) {
    this.#parts = parts;
    this.#paints = !this.#dumb && !parts.env("NO_COLOR");
  }

  /** `--no-color`: the same words without colours. */
  withoutColours(): void {
    this.#paints = false;
  }

  get live(): boolean {
    return this.#parts.err.isTerminal() && !this.#dumb;
  }

  get pages(): boolean {
    return this.#parts.out.isTerminal() && !this.#dumb;
  }

  /** Also where nothing was written since: there may be nothing to say for long. */
  get gone(): boolean {
    return this.#gone ||= this.#parts.closed();
  }

  get size(): { columns: number; rows: number } {
    try {
      const { columns, rows } = this.#parts.size();
      // A serial line may say that it has none.
      return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
    } catch {
      // Nobody knows.
      return USUAL;
    }
  }

  /** A result. It is safe already where it has foreign words. */
  print(text: string): void {
    this.#above(this.#parts.out, text);
  }

  /** Foreign text would move the cursor or colour the rest. */
  say(text: string): void {
    this.#above(this.#parts.err, safe(text));
  }

  draw(lines: readonly string[]): void {
    if (!this.live) return;
    const { columns } = this.size;
    const fit = lines.map((line) => cut(safeLine(line), columns - 1));
    const erased = this.#erase();
    this.#drawn = fit;
    if (erased !== "" || fit.length > 0) {
      this.#write(this.#parts.err, erased + this.#painted(fit));
    }
  }

  fill(text: string): void {
    const { columns, rows } = this.size;
    const lines = text.split("\n").slice(0, rows - 1)
      .map((line) => cut(line, columns - 1));
    const enter = this.#full ? "" : ENTER_SCREEN;
    this.#full = true;
    const page = lines.map((line) =>
      `${this.#paintedLine(line)}${ERASE_LINE_END}\n`
    );
    this.#write(
      this.#parts.out,
      enter + HOME + page.join("") + ERASE_BELOW,
    );
  }

  leave(): void {
    this.draw([]);
    if (this.#full) this.#write(this.#parts.out, LEAVE_SCREEN);
    this.#full = false;
  }

  #above(stream: Stream, text: string) {
    const erased = this.#erase();
    if (erased !== "") this.#write(this.#parts.err, erased);
    const folded = stream.isTerminal()
      ? foldProse(text, this.size.columns)
      : text;
    const shown = this.#paints && stream.isTerminal() ? paint(folded) : folded;
    this.#write(stream, `${shown}\n`);
    if (this.#drawn.length > 0) {
      this.#write(this.#parts.err, this.#painted(this.#drawn));
    }
  }

  /** A window that has become narrower has broken the lines that were drawn. */
  #erase(): string {
    if (this.#drawn.length === 0) return "";
    const { columns } = this.size;
    const rows = this.#drawn.map((line) =>
      Math.max(1, Math.ceil(columnsOf(line) / columns))
    );
    return eraseUp(rows.reduce((sum, count) => sum + count, 0));
  }

  #painted(lines: readonly string[]): string {
    return lines.map((line) => `${this.#paintedLine(line)}\n`).join("");
  }

  #paintedLine(line: string): string {
    return this.#paints ? paint(line) : line;
  }

  get #dumb(): boolean {
    return ["", "dumb"].includes(this.#parts.env("TERM") ?? "");
  }

  #write(stream: Stream, text: string) {
    const bytes = new TextEncoder().encode(text);
    try {
      for (let at = 0; at < bytes.length;) {
        at += stream.writeSync(bytes.subarray(at));
      }
    } catch {
      // Nobody is there any more, or nothing more can be written.
      this.#gone = true;
    }
  }
}

const REAL: TerminalParts = {
  out: Deno.stdout,
  err: Deno.stderr,
  size: () => Deno.consoleSize(),
  env: (name) => Deno.env.get(name),
  closed: isOutputClosed,
};
