/**
 * The table of `make test-crash`: each layer adds a row of its own to the file
 * that PGLADDER_TABLE names, tests/table.sh prints them all at the end.
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
