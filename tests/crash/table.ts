import { tell } from "./baseline.ts";
import type { Story } from "./story.ts";

/** Counts what was tried, and gathers what went wrong. */
export class Table {
  #tried = 0;
  readonly #wrong: { story: Story; violations: readonly string[] }[] = [];

  constructor(readonly name: string) {}

  async try(story: Story) {
    this.add(story, await tell(story));
  }

  add(story: Story, violations: readonly string[]) {
    this.#tried += 1;
    if (violations.length > 0) this.#wrong.push({ story, violations });
  }

  /** @throws something was wrong: the first few, each as it can be told again */
  end() {
    // deno-lint-ignore no-console
    console.log(
      `  ${this.name}: ${this.#tried} tried, ${this.#wrong.length} wrong`,
    );
    if (this.#wrong.length === 0) return;
    const kinds = new Map<string, { story: Story; count: number }>();
    for (const { story, violations } of this.#wrong) {
      const kind = (violations[0] ?? "").replace(/\n +at .*/g, "")
        .replace(/\d+/g, "N").slice(0, 500);
      const known = kinds.get(kind);
      if (known === undefined) kinds.set(kind, { story, count: 1 });
      else known.count += 1;
    }
    throw new Error(
      [...kinds].map(([kind, { story, count }]) =>
        `${count} times, first ${JSON.stringify(story)}\n${kind}`
      ).join("\n\n"),
    );
  }
}
