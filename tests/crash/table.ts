import { tell } from "./baseline.ts";
import type { Story } from "./story.ts";

/** Stories that went wrong alike. */
export interface Wrong {
  /** What was violated, without numbers. */
  readonly kind: string;
  readonly story: Story;
  count: number;
}

/** Counts what was tried, and gathers what went wrong. */
export class Table {
  tried = 0;
  readonly wrong = new Map<string, Wrong>();

  async try(story: Story) {
    this.add(story, await tell(story));
  }

  add(story: Story, violations: readonly string[]) {
    this.tried += 1;
    const [first] = violations;
    if (first === undefined) return;
    const kind = first.replace(/\n +at .*/g, "").replace(/\d+/g, "N")
      .slice(0, 500);
    const known = this.wrong.get(kind);
    if (known === undefined) this.wrong.set(kind, { kind, story, count: 1 });
    else known.count += 1;
  }

  /** @throws something was wrong: one of each kind, as it can be told again */
  end() {
    if (this.tried === 0) throw new Error("Nothing was tried");
    if (this.wrong.size > 0) throw new Error(wordsOf(this.wrong.values()));
  }
}

export function wordsOf(wrong: Iterable<Wrong>): string {
  return [...wrong].map(({ count, kind, story }) =>
    `${count} times, first ${JSON.stringify(story)}\n${kind}`
  ).join("\n\n");
}
