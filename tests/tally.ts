/**
 * The table of `make test-crash`: each layer adds a row of its own to the file
 * that PGLADDER_TABLE names, tests/crash.sh prints them all at its end.
 */
export function tally(
  layer: string,
  { tried, violations }: { tried: number; violations: number },
): void {
  const file = Deno.env.get("PGLADDER_TABLE");
  if (file === undefined) return;
  const row = [layer, tried, violations].join("\t");
  Deno.writeTextFileSync(file, `${row}\n`, { append: true });
}

/** Counts what a layer tries, and what of it goes wrong. */
export class Tally {
  #tried = 0;
  #wrong = 0;

  constructor(readonly layer: string) {}

  get tried(): number {
    return this.#tried;
  }

  get wrong(): number {
    return this.#wrong;
  }

  async try(deed: () => Promise<void>): Promise<void> {
    this.#tried += 1;
    try {
      await deed();
    } catch (error) {
      this.#wrong += 1;
      throw error;
    }
  }

  end(): void {
    tally(this.layer, { tried: this.#tried, violations: this.#wrong });
  }
}
