import type { Host } from "./host.ts";

/** The journal as a stranger reads it: nothing here is the product's. */

export interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly boot: string;
  readonly ms: number;
  readonly fact: {
    readonly type: string;
    readonly step?: string;
    readonly attempt?: number;
    readonly evidence?: Readonly<Record<string, string>>;
    readonly found?: string;
    readonly plan?: { readonly run: string };
  };
}

export function journalPath(volume: string): string {
  return `${volume}.pgladder/journal.json`;
}

/** All entries; none where there is no journal. */
export function readJournal(host: Host, volume: string): readonly Entry[] {
  return entriesIn(host.path(journalPath(volume)));
}

export function entriesIn(path: string): readonly Entry[] {
  try {
    const text = Deno.readTextFileSync(path);
    return (JSON.parse(text) as { entries: Entry[] }).entries;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** "step-done dump": the facts in a form that is short to compare. */
export function wordsOf(entries: readonly Entry[]): string[] {
  return entries.map(({ fact }) =>
    fact.step === undefined ? fact.type : `${fact.type} ${fact.step}`
  );
}

export function runOf(entries: readonly Entry[]): string {
  return entries[0]?.fact.plan?.run ?? "";
}
