import {
  DamagedJournalError,
  formatDocument,
  NewerJournalError,
  parseDocument,
  readEntry,
} from "./document.ts";
import type { Entry, Fact } from "./fact.ts";
import {
  EMPTY,
  evolve,
  fold,
  ImpossibleFactError,
  type State,
} from "./fold.ts";

/** Where the document lies. `replace` is durable before it returns. */
export interface Store {
  read(): string | undefined;
  replace(text: string): void;
}

/** What stamps an entry with its time. */
export interface Clock {
  now(): { at: string; boot: string; ms: number };
}

/** The disk did not take an entry: nothing goes on before it does. */
export class JournalWriteError extends Error {
  override name = "JournalWriteError";
}

/**
 * The journal of one run: read once, then appended to. A fact that
 * cannot have happened is refused before it is written; a fact that was
 * appended is on the disk.
 */
export class Journal {
  #entries: readonly Entry[];
  #state: State;
  readonly #writable: boolean;

  private constructor(
    readonly store: Store,
    readonly clock: Clock,
    /** This program's version. */
    readonly tool: string,
    document: { entries: readonly Entry[]; writable: boolean },
  ) {
    this.#entries = document.entries;
    this.#writable = document.writable;
    this.#state = foldEntries(document.entries);
  }

  /**
   * Opens what lies in the store; an empty store is a journal without facts.
   *
   * @throws {DamagedJournalError | NewerJournalError} it cannot be trusted
   */
  static open(store: Store, clock: Clock, tool: string): Journal {
    const text = store.read();
    const document = text === undefined
      ? { entries: [], writable: true }
      : parseDocument(text);
    return new Journal(store, clock, tool, document);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** False: a newer program has written what this one must not touch. */
  get writable(): boolean {
    return this.#writable;
  }

  get state(): State {
    return this.#state;
  }

  /**
   * Writes one fact and returns once it is durable.
   *
   * @throws {JournalWriteError} it is not, and nothing may build on it
   */
  append(fact: Fact): void {
    if (!this.#writable) {
      throw new NewerJournalError(
        "Cannot go on with this journal: a newer pgladder has written to it",
      );
    }
    // Evolve first, so that what cannot have happened is never written.
    const state = evolve(this.#state, fact);
    const seq = this.#entries.length;
    const written = JSON.stringify({ seq, ...this.clock.now(), fact });
    // What could not be read again would lock everybody out of the run; the
    // entries before this one were read, or went through here.
    const entries = [...this.#entries, readEntry(JSON.parse(written), seq)];
    const text = formatDocument(entries, this.tool);
    try {
      this.store.replace(text);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new JournalWriteError(
        `Cannot write the journal: ${reason}`,
        { cause },
      );
    }
    this.#entries = entries;
    this.#state = state;
  }
}

function foldEntries(entries: readonly Entry[]): State {
  if (entries.length === 0) return EMPTY;
  try {
    return fold(entries.map((entry) => entry.fact));
  } catch (error) {
    if (!(error instanceof ImpossibleFactError)) throw error;
    throw new DamagedJournalError(
      `Cannot trust the journal: ${error.message}`,
      { cause: error },
    );
  }
}
