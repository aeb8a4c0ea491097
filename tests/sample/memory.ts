import type { Clock, Store } from "../../journal/journal.ts";

/** A journal's place that is gone with the test. */
export class MemoryStore implements Store {
  constructor(public text: string | undefined = undefined) {}

  read(): string | undefined {
    return this.text;
  }

  replace(text: string): void {
    this.text = text;
  }
}

/** One second passes with each look; the first is 2026-01-02T03:04:05Z. */
export class SecondsClock implements Clock {
  #looks = 0;

  constructor(readonly boot = "00000000-0000-4000-8000-000000000001") {}

  now() {
    const ms = this.#looks++ * 1000;
    return {
      at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + ms).toISOString(),
      boot: this.boot,
      ms: 60_000 + ms,
    };
  }
}
